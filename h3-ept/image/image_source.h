#pragma once
/*
 * Where a guest image's bytes come from: a file on the disk, or memory in a
 * test. Whoever implements it embeds struct image_source and fills in both.
 */
#include "lib/error.h"
#include "lib/types.h"

struct image_source {
	u64 size; /* of the image, in bytes */
	/*
	 * Reads size bytes from the offset into buffer. Never called with a
	 * range outside the image: image_source_read() has looked.
	 */
	struct error (*read)(struct image_source *source, u64 offset,
			     void *buffer, u64 size);
};

/* Is the range part of the image? */
static inline bool image_source_contains(const struct image_source *source,
					 u64 offset, u64 size)
{
	return offset <= source->size && size <= source->size - offset;
}

/*
 * Reads size bytes from the offset into buffer. Errors: a range outside the
 * image, or what the source reports; buffer's content is undefined then.
 */
static inline struct error image_source_read(struct image_source *source,
					     u64 offset, void *buffer, u64 size)
{
	if (!image_source_contains(source, offset, size)) {
		return failure("the image ends too early; wanted is what lies "
			       "at offset",
			       offset);
	}
	return source->read(source, offset, buffer, size);
}
