#include "image/image_segments.h"
#include "image/guest_layout.h"

/* Do two ranges, which do not wrap around, have a byte in common? */
static bool overlap(gpa_t a, u64 a_size, gpa_t b, u64 b_size)
{
	return a < b + b_size && b < a + a_size;
}

static bool is_taken(const struct image_segments *segments, gpa_t gpa, u64 size)
{
	for (unsigned int i = 0; i < segments->count; i++) {
		const struct image_segment *other = &segments->list[i];

		if (overlap(gpa, size, other->gpa, other->memory_size)) {
			return true;
		}
	}
	return false;
}

struct error image_segments_add(struct image_segments *segments,
				const struct image_source *source,
				const struct guest_memory *memory,
				struct image_segment segment)
{
	gpa_t gpa = segment.gpa;
	u64 size = segment.memory_size;

	if (segment.file_size > size) {
		return failure("segment larger in the file than in memory, at",
			       gpa);
	}
	if (size == 0) {
		return SUCCESS;
	}
	if (!image_source_contains(source, segment.offset, segment.file_size)) {
		return failure("segment past the end of the file, at offset",
			       segment.offset);
	}
	if (!guest_memory_contains(memory, gpa, size)) {
		return failure("segment outside guest RAM, at", gpa);
	}
	if (overlap(gpa, size, GUEST_RESERVED_START,
		    GUEST_RESERVED_END - GUEST_RESERVED_START)) {
		return failure("segment in the reserved area below 1 MiB, "
			       "which holds the boot information, at",
			       gpa);
	}
	if (is_taken(segments, gpa, size)) {
		return failure("segment overlaps another one, at", gpa);
	}
	if (segments->count == IMAGE_SEGMENTS_MAX) {
		return failure("more segments to load than", segments->count);
	}
	segments->list[segments->count++] = segment;
	return SUCCESS;
}

bool image_segments_contain(const struct image_segments *segments, gpa_t gpa)
{
	return is_taken(segments, gpa, 1);
}

gpa_t image_segments_lowest(const struct image_segments *segments)
{
	gpa_t lowest = segments->count > 0 ? segments->list[0].gpa : 0;

	for (unsigned int i = 1; i < segments->count; i++) {
		lowest = min_u64(lowest, segments->list[i].gpa);
	}
	return lowest;
}

gpa_t image_segments_end(const struct image_segments *segments)
{
	gpa_t end = 0;

	for (unsigned int i = 0; i < segments->count; i++) {
		end = max_u64(end, segments->list[i].gpa +
					   segments->list[i].memory_size);
	}
	return end;
}

static struct error load(const struct image_segment *segment,
			 struct image_source *source,
			 struct guest_memory *memory)
{
	for (u64 done = 0, run; done < segment->file_size; done += run) {
		run = segment->file_size - done;
		void *to =
			guest_memory_pointer(memory, segment->gpa + done, &run);

		if (to == NULL) {
			return failure("no memory for guest RAM at",
				       segment->gpa + done);
		}
		struct error error = image_source_read(
			source, segment->offset + done, to, run);

		if (failed(error)) {
			return error;
		}
	}
	if (!guest_memory_zero(memory, segment->gpa + segment->file_size,
			       segment->memory_size - segment->file_size)) {
		return failure("segment outside guest RAM, at", segment->gpa);
	}
	return SUCCESS;
}

struct error image_segments_load(const struct image_segments *segments,
				 struct image_source *source,
				 struct guest_memory *memory)
{
	for (unsigned int i = 0; i < segments->count; i++) {
		struct error error = load(&segments->list[i], source, memory);

		if (failed(error)) {
			return error;
		}
	}
	return SUCCESS;
}
