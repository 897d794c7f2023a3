#pragma once
/*
 * What is to be loaded where: the parts of a guest image that go to guest RAM.
 *
 * The list is made and checked as a whole before anything is loaded, so that
 * an image that is refused leaves guest RAM as it was.
 */
#include "guest_memory.h"
#include "image/image_source.h"

#define IMAGE_SEGMENTS_MAX 32u

/* memory_size bytes at gpa: file_size from the image, the rest zero. */
struct image_segment {
	u64 offset; /* of its first byte in the image */
	u64 file_size;
	gpa_t gpa;
	u64 memory_size;
};

struct image_segments {
	unsigned int count;
	struct image_segment list[IMAGE_SEGMENTS_MAX];
};

/*
 * Adds a segment; one of memory_size 0 is left out. Errors: it is not part of
 * the image, or has more bytes there than in memory; it is not wholly guest
 * RAM, or touches the reserved area of guest_layout.h; it overlaps another
 * one; the list is full.
 */
struct error image_segments_add(struct image_segments *segments,
				const struct image_source *source,
				const struct guest_memory *memory,
				struct image_segment segment);

/* Does one of the segments hold the address? */
bool image_segments_contain(const struct image_segments *segments, gpa_t gpa);

/* The lowest address of all, and the one after the highest; 0 if none. */
gpa_t image_segments_lowest(const struct image_segments *segments);
gpa_t image_segments_end(const struct image_segments *segments);

/*
 * Reads every segment from the image straight into guest RAM, in the order of
 * the list, and zeroes what the image does not fill. Errors: no memory for
 * guest RAM; what the source reports.
 */
struct error image_segments_load(const struct image_segments *segments,
				 struct image_source *source,
				 struct guest_memory *memory);
