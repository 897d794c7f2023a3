#include "image/guest_image.h"
#include "image/elf_image.h"
#include "image/multiboot2_header.h"
#include "image/multiboot2_info.h"
#include "lib/elf.h"

/* In load_addr: the image is loaded from its first byte. */
#define LOAD_FROM_BEGINNING UINT32_MAX

const char *guest_image_kind_name(enum guest_image_kind kind)
{
	switch (kind) {
	case GUEST_IMAGE_ELF32:
		return "ELF32";
	case GUEST_IMAGE_ELF64:
		return "ELF64";
	case GUEST_IMAGE_BY_ADDRESS_TAG:
		return "image with an address tag";
	}
	return "unknown";
}

/*
 * "The address tag of Multiboot2 header": what lies before the header in the
 * image lies before it in memory, at the same distance.
 */
static struct error plan_by_address_tag(const struct image_source *source,
					const struct guest_memory *memory,
					const struct multiboot2_wishes *wishes,
					struct image_segments *segments)
{
	const struct multiboot2_header_tag_address *tag = &wishes->address;
	u64 before = tag->load_addr == LOAD_FROM_BEGINNING
			     ? wishes->offset
			     : (u64)tag->header_addr - tag->load_addr;

	if (before > wishes->offset || before > tag->header_addr) {
		return failure("multiboot2 address tag that fits no image, "
			       "load_addr",
			       tag->load_addr);
	}
	u64 offset = wishes->offset - before;
	gpa_t start = tag->header_addr - before;
	u64 file_end = tag->load_end_addr != 0
			       ? tag->load_end_addr
			       : start + (source->size - offset);
	u64 memory_end = tag->bss_end_addr != 0 ? tag->bss_end_addr : file_end;

	if (file_end < start || memory_end < file_end) {
		return failure("multiboot2 address tag with an end before its "
			       "beginning, load_end_addr",
			       tag->load_end_addr);
	}
	return image_segments_add(segments, source, memory,
				  (struct image_segment){
					  .offset = offset,
					  .file_size = file_end - start,
					  .gpa = start,
					  .memory_size = memory_end - start,
				  });
}

/* The segments and the entry point that the image gives, whatever its kind. */
static struct error plan(struct image_source *source,
			 const struct guest_memory *memory,
			 const struct multiboot2_wishes *wishes,
			 struct image_segments *segments, gpa_t *entry,
			 enum guest_image_kind *kind)
{
	struct elf_image elf;

	if (wishes->has_address) {
		if (!wishes->has_entry) {
			return failure("multiboot2 address tag without an "
				       "entry address tag, load_addr",
				       wishes->address.load_addr);
		}
		*kind = GUEST_IMAGE_BY_ADDRESS_TAG;
		*entry = wishes->entry;
		return plan_by_address_tag(source, memory, wishes, segments);
	}
	if (!elf_image_is_elf(source)) {
		return failure("the image is no ELF file, and its multiboot2 "
			       "header has no address tag, bytes",
			       source->size);
	}
	struct error error = elf_image_parse(source, memory, segments, &elf);

	if (failed(error)) {
		return error;
	}
	*kind = elf.class == ELFCLASS32 ? GUEST_IMAGE_ELF32 : GUEST_IMAGE_ELF64;
	if (!wishes->has_entry && !elf.entry_is_loaded) {
		return failure("ELF entry point in no segment, e_entry",
			       elf.virtual_entry);
	}
	*entry = wishes->has_entry ? wishes->entry : elf.entry;
	return SUCCESS;
}

static struct error check_entry(const struct image_segments *segments,
				gpa_t entry)
{
	if (entry > UINT32_MAX) {
		return failure("entry point above 4 GiB, at", entry);
	}
	if (!image_segments_contain(segments, entry)) {
		return failure("entry point in no segment, at", entry);
	}
	return SUCCESS;
}

/* We load where the image is linked to; is the image content with that? */
static struct error check_place(const struct image_segments *segments,
				const struct multiboot2_wishes *wishes)
{
	const struct multiboot2_header_tag_relocatable *tag =
		&wishes->relocatable;
	gpa_t lowest = image_segments_lowest(segments);

	if (!wishes->is_relocatable ||
	    (tag->head.flags & MULTIBOOT2_HEADER_TAG_OPTIONAL)) {
		return SUCCESS;
	}
	if (lowest < tag->min_addr ||
	    image_segments_end(segments) - 1 > tag->max_addr ||
	    (tag->align != 0 && lowest % tag->align != 0)) {
		return failure("relocatable image linked to where it must not "
			       "be loaded, at",
			       lowest);
	}
	return SUCCESS;
}

struct error guest_image_load(struct image_source *source,
			      struct guest_memory *memory, const char *cmdline,
			      struct guest_image *image)
{
	struct multiboot2_wishes wishes;
	struct image_segments segments = {.count = 0};
	gpa_t entry = 0;
	struct error error = multiboot2_header_read(source, &wishes);

	if (!failed(error)) {
		error = plan(source, memory, &wishes, &segments, &entry,
			     &image->kind);
	}
	if (!failed(error)) {
		error = check_entry(&segments, entry);
	}
	if (!failed(error)) {
		error = check_place(&segments, &wishes);
	}
	if (failed(error)) {
		return error;
	}
	image->entry = (u32)entry;
	image->lowest = image_segments_lowest(&segments);
	image->end = image_segments_end(&segments);

	struct multiboot2_info_contents contents = {
		.cmdline = cmdline,
		.is_relocatable = wishes.is_relocatable,
		.load_base = (u32)image->lowest,
	};

	error = multiboot2_info_build(memory, &contents, &image->info);
	if (failed(error)) {
		return error;
	}
	return image_segments_load(&segments, source, memory);
}
