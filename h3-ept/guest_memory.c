#include "guest_memory.h"
#include "lib/string.h"
#include "memory/frames.h"

#define REGION_PAGES	(GUEST_REGION_SIZE / FRAME_SIZE)
#define REGIONS_IN_1G	(GIB(1) / GUEST_REGION_SIZE)
#define FRAME_ORDER_MAX (FRAME_ORDERS - 1)

static u64 region_count(const struct guest_memory *memory)
{
	return (memory->size + GUEST_REGION_SIZE - 1) / GUEST_REGION_SIZE;
}

static u64 *region_of(const struct guest_memory *memory, gpa_t gpa)
{
	return &memory->regions[gpa / GUEST_REGION_SIZE];
}

static hpa_t region_address(u64 region)
{
	return region & ~GUEST_REGION_KIND;
}

static u64 *region_frames(u64 region)
{
	return phys_to_virt(region_address(region));
}

/* Where gpa, which is guest RAM, lies; FRAME_NONE where it has no backing. */
static hpa_t backing(const struct guest_memory *memory, gpa_t gpa)
{
	u64 region = *region_of(memory, gpa);

	if (region == 0) {
		return FRAME_NONE;
	}
	if ((region & GUEST_REGION_KIND) != GUEST_REGION_FRAMES) {
		return region_address(region) + gpa % GUEST_REGION_SIZE;
	}
	hpa_t frame = region_frames(region)[gpa / FRAME_SIZE % REGION_PAGES];

	return frame == 0 ? FRAME_NONE : frame + gpa % FRAME_SIZE;
}

/* A zeroed block, mapped at gpa; FRAME_NONE without memory for it. */
static hpa_t give_block(struct guest_memory *memory, gpa_t gpa,
			unsigned int order)
{
	u64 size = (u64)FRAME_SIZE << order;
	hpa_t block = frames_alloc_zeroed(order);

	if (block == FRAME_NONE) {
		return FRAME_NONE;
	}
	if (failed(ept_map(memory->ept, gpa, block, size, EPT_RWX, EPT_WB))) {
		frames_free(block, order);
		return FRAME_NONE;
	}
	memory->populated += size;
	return block;
}

static bool give_1g(struct guest_memory *memory, gpa_t gpa)
{
	if (!IS_ALIGNED(gpa, GIB(1)) || memory->size - gpa < GIB(1)) {
		return false;
	}
	hpa_t block = give_block(memory, gpa, FRAME_ORDER_1G);

	if (block == FRAME_NONE) {
		return false;
	}
	for (u64 i = 0; i < REGIONS_IN_1G; i++) {
		region_of(memory, gpa)[i] =
			(block + i * GUEST_REGION_SIZE) | GUEST_REGION_PART;
	}
	return true;
}

static bool give_2m(struct guest_memory *memory, gpa_t gpa)
{
	gpa_t start = ALIGN_DOWN(gpa, GUEST_REGION_SIZE);
	u64 *region = region_of(memory, gpa);

	if (*region != 0 || memory->size - start < GUEST_REGION_SIZE) {
		return false;
	}
	hpa_t block = give_block(memory, start, FRAME_ORDER_2M);

	if (block == FRAME_NONE) {
		return false;
	}
	*region = block | GUEST_REGION_BLOCK;
	return true;
}

static bool give_4k(struct guest_memory *memory, gpa_t gpa)
{
	u64 *region = region_of(memory, gpa);

	if (*region == 0) {
		hpa_t table = frames_alloc_zeroed(FRAME_ORDER_4K);

		if (table == FRAME_NONE) {
			return false;
		}
		*region = table | GUEST_REGION_FRAMES;
	}
	hpa_t frame =
		give_block(memory, ALIGN_DOWN(gpa, FRAME_SIZE), FRAME_ORDER_4K);

	if (frame == FRAME_NONE) {
		return false;
	}
	region_frames(*region)[gpa / FRAME_SIZE % REGION_PAGES] = frame;
	return true;
}

enum guest_memory_result guest_memory_populate(struct guest_memory *memory,
					       gpa_t gpa)
{
	if (gpa >= memory->size) {
		return GUEST_MEMORY_OUTSIDE;
	}
	if (backing(memory, gpa) != FRAME_NONE || give_2m(memory, gpa) ||
	    give_4k(memory, gpa)) {
		return GUEST_MEMORY_POPULATED;
	}
	return GUEST_MEMORY_OUT_OF_MEMORY;
}

static bool populate_all(struct guest_memory *memory)
{
	for (gpa_t gpa = 0; gpa < memory->size;) {
		if (give_1g(memory, gpa)) {
			gpa += GIB(1);
		} else if (give_2m(memory, gpa)) {
			gpa += GUEST_REGION_SIZE;
		} else if (give_4k(memory, gpa)) {
			gpa += FRAME_SIZE;
		} else {
			return false;
		}
	}
	return true;
}

struct error guest_memory_init(struct guest_memory *memory, struct ept *ept,
			       u64 size, bool lazy)
{
	*memory = (struct guest_memory){.ept = ept, .size = size, .lazy = lazy};

	if (size == 0 || size > BIT(EPT_GPA_BITS) ||
	    !IS_ALIGNED(size, FRAME_SIZE)) {
		return failure("no such size of guest RAM", size);
	}
	u64 bytes = region_count(memory) * sizeof(u64);

	while (((u64)FRAME_SIZE << memory->regions_order) < bytes) {
		memory->regions_order++;
	}
	hpa_t regions = memory->regions_order > FRAME_ORDER_MAX
				? FRAME_NONE
				: frames_alloc_zeroed(memory->regions_order);

	if (regions == FRAME_NONE) {
		return failure("no memory to keep account of guest RAM of size",
			       size);
	}
	memory->regions = phys_to_virt(regions);
	if (!lazy && !populate_all(memory)) {
		u64 populated = memory->populated;

		guest_memory_destroy(memory);
		return failure("not enough memory for the guest's RAM; there "
			       "was only",
			       populated);
	}
	return SUCCESS;
}

static void free_region(u64 region, bool first_of_1g)
{
	hpa_t address = region_address(region);

	switch (region & GUEST_REGION_KIND) {
	case GUEST_REGION_BLOCK:
		frames_free(address, FRAME_ORDER_2M);
		break;
	case GUEST_REGION_PART:
		if (first_of_1g) {
			frames_free(address, FRAME_ORDER_1G);
		}
		break;
	case GUEST_REGION_FRAMES:
		for (u64 i = 0; i < REGION_PAGES; i++) {
			if (region_frames(region)[i] != 0) {
				frames_free(region_frames(region)[i],
					    FRAME_ORDER_4K);
			}
		}
		frames_free(address, FRAME_ORDER_4K);
		break;
	}
}

void guest_memory_destroy(struct guest_memory *memory)
{
	/* The guest's pages begin and end where the range does: none splits. */
	ept_unmap(memory->ept, 0, memory->size);
	for (u64 i = 0; i < region_count(memory); i++) {
		free_region(memory->regions[i], i % REGIONS_IN_1G == 0);
	}
	frames_free(virt_to_phys(memory->regions), memory->regions_order);
	*memory = (struct guest_memory){.regions = NULL};
}

bool guest_memory_contains(const struct guest_memory *memory, gpa_t gpa,
			   u64 size)
{
	return gpa <= memory->size && size <= memory->size - gpa;
}

/* How far backing goes on from gpa without a gap, at most size. */
static u64 run_length(const struct guest_memory *memory, gpa_t gpa, u64 size)
{
	u64 kind = *region_of(memory, gpa) & GUEST_REGION_KIND;
	u64 unit = kind == GUEST_REGION_FRAMES ? FRAME_SIZE : GUEST_REGION_SIZE;

	return min_u64(min_u64(size, unit - gpa % unit), memory->size - gpa);
}

void *guest_memory_pointer(struct guest_memory *memory, gpa_t gpa, u64 *size)
{
	if (guest_memory_populate(memory, gpa) != GUEST_MEMORY_POPULATED) {
		return NULL;
	}
	*size = run_length(memory, gpa, *size);
	return phys_to_virt(backing(memory, gpa));
}

void *guest_memory_at_slowly(struct guest_memory *memory, gpa_t gpa)
{
	if (guest_memory_populate(memory, gpa) != GUEST_MEMORY_POPULATED) {
		return NULL;
	}
	return phys_to_virt(backing(memory, gpa));
}

/* Checks a range and gives all of it its backing. */
static bool make_ready(struct guest_memory *memory, gpa_t gpa, u64 size)
{
	if (!guest_memory_contains(memory, gpa, size)) {
		return false;
	}
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
	if (!make_ready(memory, gpa, size)) {
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
	if (!make_ready(memory, gpa, size)) {
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
		hpa_t hpa = backing(memory, gpa + done);

		run = run_length(memory, gpa + done, size - done);
		if (hpa != FRAME_NONE) {
			memset(phys_to_virt(hpa), 0, run);
		}
	}
	return true;
}
