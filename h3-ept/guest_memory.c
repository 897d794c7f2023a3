#include "guest_memory.h"
#include "lib/string.h"
#include "memory/frames.h"

const struct guest_region *
guest_memory_region(const struct guest_memory *memory, gpa_t gpa)
{
	return gpa < memory->size
		       ? &memory->main
		       : guest_region_list_find(&memory->others, gpa);
}

/* The same of RAM alone, to be changed. */
static struct guest_region *ram_at(struct guest_memory *memory, gpa_t gpa)
{
	const struct guest_region *region = guest_memory_region(memory, gpa);

	return region != NULL && guest_region_is_ram(region)
		       ? (struct guest_region *)region
		       : NULL;
}

static bool populate(struct guest_memory *memory, struct guest_region *region,
		     gpa_t gpa)
{
	u64 before = region->populated;
	bool populated = guest_region_populate(region, memory->ept, gpa);

	memory->populated += region->populated - before;
	return populated;
}

enum guest_memory_result guest_memory_populate(struct guest_memory *memory,
					       gpa_t gpa)
{
	struct guest_region *region = ram_at(memory, gpa);

	if (region == NULL) {
		return GUEST_MEMORY_OUTSIDE;
	}
	return populate(memory, region, gpa) ? GUEST_MEMORY_POPULATED
					     : GUEST_MEMORY_OUT_OF_MEMORY;
}

struct error guest_memory_init(struct guest_memory *memory, struct ept *ept,
			       u64 size, bool lazy)
{
	const struct guest_region_wish wish = {
		.kind = GUEST_REGION_RAM,
		.size = size,
		.rights = EPT_RWX,
		.lazy = lazy,
	};

	memset(memory, 0, sizeof(*memory));
	struct error error = guest_region_init(&memory->main, ept, &wish);

	if (failed(error)) {
		return error;
	}
	memory->ept = ept;
	memory->size = size;
	memory->end = size;
	memory->chunks = memory->main.chunks;
	memory->populated = memory->main.populated;
	return SUCCESS;
}

void guest_memory_destroy(struct guest_memory *memory)
{
	/* All pages begin and end where a region does: none splits. */
	(void)ept_unmap(memory->ept, 0, memory->end);
	for (unsigned int i = 0; i < memory->others.count; i++) {
		guest_region_free(&memory->others.regions[i]);
	}
	guest_region_free(&memory->main);
	memset(memory, 0, sizeof(*memory));
}

static void find_end(struct guest_memory *memory)
{
	const struct guest_region_list *others = &memory->others;

	memory->end =
		others->count == 0
			? memory->size
			: guest_region_end(&others->regions[others->count - 1]);
}

struct error guest_memory_add_region(struct guest_memory *memory,
				     const struct guest_region_wish *wish)
{
	struct guest_region region;
	unsigned int place;
	struct error error;

	if (wish->size > UINT64_MAX - wish->gpa) {
		return failure("no such size of guest RAM", wish->size);
	}
	if (wish->gpa < memory->size) {
		return failure("a region of guest memory overlaps main RAM, at",
			       wish->gpa);
	}
	error = guest_region_list_place(&memory->others, wish->gpa,
					wish->gpa + wish->size, &place);
	if (failed(error)) {
		return error;
	}
	error = guest_region_init(&region, memory->ept, wish);
	if (failed(error)) {
		return error;
	}
	guest_region_list_insert(&memory->others, place, &region);
	memory->populated += region.populated;
	find_end(memory);
	return SUCCESS;
}

struct error guest_memory_remove_region(struct guest_memory *memory, gpa_t gpa)
{
	struct guest_region_list *others = &memory->others;
	unsigned int place = guest_region_list_below(others, gpa);
	struct guest_region *region = &others->regions[place];

	if (place == others->count || region->gpa != gpa) {
		return failure("no region of guest memory begins at", gpa);
	}
	struct error error = guest_region_unmap(region, memory->ept);

	if (failed(error)) {
		return error;
	}
	memory->populated -= region->populated;
	guest_region_free(region);
	guest_region_list_remove(others, place);
	find_end(memory);
	return SUCCESS;
}

/* Is every byte of the range guest RAM with this right? */
static bool has_right(const struct guest_memory *memory, gpa_t gpa, u64 size,
		      u64 right)
{
	const struct guest_region *region = guest_memory_region(memory, gpa);

	if (size == 0) {
		/* An empty range may lie at the end of a region. */
		region = region == NULL && gpa > 0
				 ? guest_memory_region(memory, gpa - 1)
				 : region;
		return region != NULL && guest_region_is_ram(region) &&
		       (region->rights & right) != 0;
	}
	for (; region != NULL && guest_region_is_ram(region) &&
	       (region->rights & right) != 0;
	     region = guest_memory_region(memory, gpa)) {
		u64 here = guest_region_end(region) - gpa;

		if (size <= here) {
			return true;
		}
		gpa += here;
		size -= here;
	}
	return false;
}

bool guest_memory_contains(const struct guest_memory *memory, gpa_t gpa,
			   u64 size)
{
	if (gpa <= memory->size && size <= memory->size - gpa) {
		return true;
	}
	return has_right(memory, gpa, size, EPT_READ);
}

bool guest_memory_may_write(const struct guest_memory *memory, gpa_t gpa,
			    u64 size)
{
	if (gpa <= memory->size && size <= memory->size - gpa) {
		return true;
	}
	return has_right(memory, gpa, size, EPT_WRITE);
}

void *guest_memory_pointer(struct guest_memory *memory, gpa_t gpa, u64 *size)
{
	struct guest_region *region = ram_at(memory, gpa);

	if (region == NULL || !populate(memory, region, gpa)) {
		return NULL;
	}
	*size = guest_region_run(region, gpa, *size);
	return phys_to_virt(guest_region_backing(region, gpa));
}

void *guest_memory_at_slowly(struct guest_memory *memory, gpa_t gpa)
{
	u64 size = 1;

	return guest_memory_pointer(memory, gpa, &size);
}

/* Gives all of a range of guest RAM its backing. */
static bool make_ready(struct guest_memory *memory, gpa_t gpa, u64 size)
{
	for (u64 done = 0, run; done < size; done += run) {
		run = size - done;
		if (!guest_memory_pointer(memory, gpa + done, &run)) {
			return false;
		}
	}
	return true;
}

bool guest_memory_read(struct guest_memory *memory, gpa_t gpa, void *to,
		       u64 size)
{
	if (!guest_memory_contains(memory, gpa, size) ||
	    !make_ready(memory, gpa, size)) {
		return false;
	}
	for (u64 done = 0, run; done < size; done += run) {
		run = size - done;
		void *from = guest_memory_pointer(memory, gpa + done, &run);

		memcpy((u8 *)to + done, from, run);
	}
	return true;
}

bool guest_memory_write(struct guest_memory *memory, gpa_t gpa,
			const void *from, u64 size)
{
	if (!guest_memory_may_write(memory, gpa, size) ||
	    !make_ready(memory, gpa, size)) {
		return false;
	}
	for (u64 done = 0, run; done < size; done += run) {
		run = size - done;
		void *to = guest_memory_pointer(memory, gpa + done, &run);

		memcpy(to, (const u8 *)from + done, run);
	}
	return true;
}

bool guest_memory_zero(struct guest_memory *memory, gpa_t gpa, u64 size)
{
	if (!guest_memory_contains(memory, gpa, size)) {
		return false;
	}
	for (u64 done = 0, run; done < size; done += run) {
		const struct guest_region *region =
			guest_memory_region(memory, gpa + done);
		hpa_t hpa = guest_region_backing(region, gpa + done);

		run = guest_region_run(region, gpa + done, size - done);
		if (hpa != FRAME_NONE) {
			memset(phys_to_virt(hpa), 0, run);
		}
	}
	return true;
}
