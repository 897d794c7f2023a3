#pragma once
/*
 * The first bytes of an image, where loaders look for their headers.
 */
#include "image/image_source.h"

#define IMAGE_BEGINNING_MAX 32768u

struct image_beginning {
	const u8 *bytes;
	u64 size; /* fewer than asked for where the image ends earlier */
};

/*
 * Reads up to size bytes, at most IMAGE_BEGINNING_MAX. The caller gives them
 * back with image_beginning_free(). Errors: no memory; what the source
 * reports; there is nothing to give back then.
 */
struct error image_beginning_read(struct image_source *source, u64 size,
				  struct image_beginning *beginning);

void image_beginning_free(struct image_beginning *beginning);
