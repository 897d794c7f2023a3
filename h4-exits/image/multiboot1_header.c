#include "image/multiboot1_header.h"
#include "image/image_beginning.h"
#include "lib/string.h"

/* Takes the header at at, if it is whole and its sum comes out. */
static bool take(const struct image_beginning *image, u64 at,
		 struct multiboot1_wishes *wishes)
{
	struct multiboot1_header header;

	memcpy(&header, image->bytes + at, sizeof(header));
	*wishes =
		(struct multiboot1_wishes){.offset = at, .flags = header.flags};
	if (header.magic + header.flags + header.checksum != 0) {
		return false;
	}
	if (!(header.flags & MULTIBOOT1_AOUT_KLUDGE)) {
		return true;
	}
	at += sizeof(header);
	if (image->size - at < sizeof(wishes->address)) {
		return false;
	}
	memcpy(&wishes->address, image->bytes + at, sizeof(wishes->address));
	return true;
}

static struct error find(const struct image_beginning *image,
			 struct multiboot1_wishes *wishes)
{
	struct error error =
		failure("no multiboot1 header in the image, bytes searched",
			image->size);
	u32 magic;

	for (u64 at = 0; at + sizeof(struct multiboot1_header) <= image->size;
	     at += MULTIBOOT1_HEADER_ALIGN) {
		memcpy(&magic, image->bytes + at, sizeof(magic));
		if (magic != MULTIBOOT1_HEADER_MAGIC) {
			continue;
		}
		if (take(image, at, wishes)) {
			return SUCCESS;
		}
		error = failure("damaged multiboot1 header at offset", at);
	}
	return error;
}

static struct error read_header(struct image_source *source,
				struct multiboot1_wishes *wishes, bool *found,
				struct error *why_not)
{
	struct image_beginning beginning;
	struct error error = image_beginning_read(
		source, MULTIBOOT1_HEADER_SEARCH, &beginning);

	if (!failed(error)) {
		*why_not = find(&beginning, wishes);
		*found = !failed(*why_not);
		image_beginning_free(&beginning);
	}
	return error;
}

/* Modules begin on page boundaries, and memory information is there, always. */
static struct error check_flags(u32 flags)
{
	u32 unserved = flags & MULTIBOOT1_REQUIRED &
		       ~(u32)(MULTIBOOT1_PAGE_ALIGN | MULTIBOOT1_MEMORY_INFO);

	if (unserved == MULTIBOOT1_VIDEO_MODE) {
		return failure("the guest requires a video mode, multiboot1 "
			       "header flags",
			       flags);
	}
	if (unserved != 0) {
		return failure("the guest requires what multiboot1 does not "
			       "define, header flags",
			       flags);
	}
	return SUCCESS;
}

struct error multiboot1_header_read(struct image_source *source,
				    struct multiboot1_wishes *wishes)
{
	struct error why_not = SUCCESS;
	bool found;
	struct error error = read_header(source, wishes, &found, &why_not);

	if (failed(error)) {
		return error;
	}
	return found ? check_flags(wishes->flags) : why_not;
}

struct error multiboot1_header_is_there(struct image_source *source,
					bool *is_there)
{
	struct multiboot1_wishes wishes;
	struct error why_not;

	return read_header(source, &wishes, is_there, &why_not);
}
