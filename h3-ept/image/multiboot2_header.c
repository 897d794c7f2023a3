#include "image/multiboot2_header.h"
#include "image/image_beginning.h"
#include "lib/string.h"

/* The header's tags, not yet looked at: size bytes at tags. */
struct header {
	u64 offset;
	const u8 *tags;
	u32 size;
};

/* Does the header fit in the size bytes at at, and do its sums come out? */
static bool is_sound(const struct multiboot2_header *header, u64 size)
{
	u32 sum = header->magic + header->architecture + header->header_length +
		  header->checksum;

	return sum == 0 && header->header_length >= sizeof(*header) &&
	       header->header_length <= size;
}

static struct error find(const struct image_beginning *image,
			 struct header *out)
{
	struct multiboot2_header header;
	u64 size = image->size;
	struct error error = failure(
		"no multiboot2 header in the image, bytes searched", size);

	for (u64 at = 0; at + sizeof(header) <= size;
	     at += MULTIBOOT2_HEADER_ALIGN) {
		memcpy(&header, image->bytes + at, sizeof(header));
		if (header.magic != MULTIBOOT2_HEADER_MAGIC) {
			continue;
		}
		if (!is_sound(&header, size - at)) {
			error = failure("damaged multiboot2 header at offset",
					at);
			continue;
		}
		if (header.architecture != MULTIBOOT2_ARCHITECTURE_I386) {
			error = failure("multiboot2 header for another "
					"architecture, number",
					header.architecture);
			continue;
		}
		*out = (struct header){
			.offset = at,
			.tags = image->bytes + at + sizeof(header),
			.size = header.header_length - (u32)sizeof(header),
		};
		return SUCCESS;
	}
	return error;
}

static bool is_required(struct multiboot2_header_tag head)
{
	return !(head.flags & MULTIBOOT2_HEADER_TAG_OPTIONAL);
}

static bool is_provided(u32 provided, u32 type)
{
	return type < 32 && (provided & BIT(type));
}

static struct error
take_request(const u8 *tag, struct multiboot2_header_tag head, u32 provided)
{
	for (u32 at = sizeof(head); at + sizeof(u32) <= head.size;
	     at += sizeof(u32)) {
		u32 type;

		memcpy(&type, tag + at, sizeof(type));
		if (is_required(head) && !is_provided(provided, type)) {
			return failure("the guest requires boot information "
				       "that is not provided, tag type",
				       type);
		}
	}
	return SUCCESS;
}

/* How large a tag of the type must be at least; 0: not one we read. */
static u32 least_size(u16 type)
{
	switch (type) {
	case MULTIBOOT2_HEADER_TAG_ADDRESS:
		return sizeof(struct multiboot2_header_tag_address);
	case MULTIBOOT2_HEADER_TAG_ENTRY_ADDRESS:
		return sizeof(struct multiboot2_header_tag_entry_address);
	case MULTIBOOT2_HEADER_TAG_CONSOLE_FLAGS:
		return sizeof(struct multiboot2_header_tag_console_flags);
	case MULTIBOOT2_HEADER_TAG_RELOCATABLE:
		return sizeof(struct multiboot2_header_tag_relocatable);
	default:
		return 0;
	}
}

static struct error refuse(struct multiboot2_header_tag head)
{
	if (is_required(head)) {
		return failure("the guest requires what is not provided, "
			       "multiboot2 header tag type",
			       head.type);
	}
	return SUCCESS;
}

/* tag: head.size bytes, at least least_size(). */
static struct error take_tag(const u8 *tag, struct multiboot2_header_tag head,
			     u32 provided, struct multiboot2_wishes *wishes)
{
	struct multiboot2_header_tag_entry_address entry;
	struct multiboot2_header_tag_console_flags console;

	switch (head.type) {
	case MULTIBOOT2_HEADER_TAG_INFORMATION_REQUEST:
		return take_request(tag, head, provided);
	case MULTIBOOT2_HEADER_TAG_ADDRESS:
		memcpy(&wishes->address, tag, sizeof(wishes->address));
		wishes->has_address = true;
		return SUCCESS;
	case MULTIBOOT2_HEADER_TAG_ENTRY_ADDRESS:
		memcpy(&entry, tag, sizeof(entry));
		wishes->entry = entry.entry_addr;
		wishes->has_entry = true;
		return SUCCESS;
	case MULTIBOOT2_HEADER_TAG_CONSOLE_FLAGS:
		memcpy(&console, tag, sizeof(console));
		return console.console_flags & MULTIBOOT2_CONSOLE_FLAGS_REQUIRED
			       ? refuse(head)
			       : SUCCESS;
	case MULTIBOOT2_HEADER_TAG_RELOCATABLE:
		memcpy(&wishes->relocatable, tag, sizeof(wishes->relocatable));
		wishes->is_relocatable = true;
		return SUCCESS;
	case MULTIBOOT2_HEADER_TAG_MODULE_ALIGN:
	case MULTIBOOT2_HEADER_TAG_EFI_BS:
	case MULTIBOOT2_HEADER_TAG_ENTRY_ADDRESS_EFI32:
	case MULTIBOOT2_HEADER_TAG_ENTRY_ADDRESS_EFI64:
		/* Modules are aligned anyway, and this is not EFI. */
		return SUCCESS;
	default:
		return refuse(head);
	}
}

static struct error take_tags(const struct header *header, u32 provided,
			      struct multiboot2_wishes *wishes)
{
	struct multiboot2_header_tag head;

	for (u64 at = 0; at + sizeof(head) <= header->size;
	     at += ALIGN_UP(head.size, MULTIBOOT2_HEADER_ALIGN)) {
		memcpy(&head, header->tags + at, sizeof(head));
		if (head.type == MULTIBOOT2_HEADER_TAG_END) {
			return SUCCESS;
		}
		if (head.size < sizeof(head) ||
		    head.size < least_size(head.type) ||
		    head.size > header->size - at) {
			return failure("multiboot2 header tag of a wrong size, "
				       "type",
				       head.type);
		}
		struct error error =
			take_tag(header->tags + at, head, provided, wishes);

		if (failed(error)) {
			return error;
		}
	}
	return failure("multiboot2 header without an end tag, at offset",
		       header->offset);
}

struct error multiboot2_header_read(struct image_source *source, u32 provided,
				    struct multiboot2_wishes *wishes)
{
	struct image_beginning beginning;
	struct header header;
	struct error error = image_beginning_read(
		source, MULTIBOOT2_HEADER_SEARCH, &beginning);

	if (failed(error)) {
		return error;
	}
	*wishes = (struct multiboot2_wishes){.offset = 0};
	error = find(&beginning, &header);
	if (!failed(error)) {
		wishes->offset = header.offset;
		error = take_tags(&header, provided, wishes);
	}
	image_beginning_free(&beginning);
	return error;
}

struct error multiboot2_header_is_there(struct image_source *source,
					bool *is_there)
{
	struct image_beginning beginning;
	struct header header;
	struct error error = image_beginning_read(
		source, MULTIBOOT2_HEADER_SEARCH, &beginning);

	if (failed(error)) {
		return error;
	}
	*is_there = !failed(find(&beginning, &header));
	image_beginning_free(&beginning);
	return SUCCESS;
}
