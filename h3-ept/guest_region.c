#include "guest_region.h"
#include "memory/frames.h"
#include "memory/physical.h"

#define CHUNK_PAGES	(GUEST_CHUNK_SIZE / FRAME_SIZE)
#define CHUNKS_IN_1G	(GIB(1) / GUEST_CHUNK_SIZE)
#define FRAME_ORDER_MAX (FRAME_ORDERS - 1)

/* The number of the first chunk that the region has a part of. */
static u64 first_chunk(const struct guest_region *region)
{
	return region->gpa / GUEST_CHUNK_SIZE;
}

static u64 chunk_count(const struct guest_region *region)
{
	return (guest_region_end(region) - 1) / GUEST_CHUNK_SIZE -
	       first_chunk(region) + 1;
}

static u64 *chunk_of(const struct guest_region *region, gpa_t gpa)
{
	return &region->chunks[gpa / GUEST_CHUNK_SIZE - first_chunk(region)];
}

static hpa_t chunk_address(u64 chunk)
{
	return chunk & ~GUEST_CHUNK_KIND;
}

static u64 *chunk_frames(u64 chunk)
{
	return phys_to_virt(chunk_address(chunk));
}

hpa_t guest_region_backing(const struct guest_region *region, gpa_t gpa)
{
	if (region->kind != GUEST_REGION_RAM) {
		return region->hpa + (gpa - region->gpa);
	}
	u64 chunk = *chunk_of(region, gpa);

	if (chunk == 0) {
		return FRAME_NONE;
	}
	if ((chunk & GUEST_CHUNK_KIND) != GUEST_CHUNK_FRAMES) {
		return chunk_address(chunk) + gpa % GUEST_CHUNK_SIZE;
	}
	hpa_t frame = chunk_frames(chunk)[gpa / FRAME_SIZE % CHUNK_PAGES];

	return frame == 0 ? FRAME_NONE : frame + gpa % FRAME_SIZE;
}

u64 guest_region_run(const struct guest_region *region, gpa_t gpa, u64 size)
{
	u64 left = min_u64(size, guest_region_end(region) - gpa);

	if (region->kind != GUEST_REGION_RAM) {
		return left;
	}
	u64 kind = *chunk_of(region, gpa) & GUEST_CHUNK_KIND;
	u64 unit = kind == GUEST_CHUNK_FRAMES ? FRAME_SIZE : GUEST_CHUNK_SIZE;

	return min_u64(left, unit - gpa % unit);
}

/* A zeroed block, mapped at gpa; FRAME_NONE without memory for it. */
static hpa_t give_block(struct guest_region *region, struct ept *ept, gpa_t gpa,
			unsigned int order)
{
	u64 size = (u64)FRAME_SIZE << order;
	hpa_t block = frames_alloc_zeroed(order);

	if (block == FRAME_NONE) {
		return FRAME_NONE;
	}
	if (failed(ept_map(ept, gpa, block, size, region->rights, EPT_WB))) {
		frames_free(block, order);
		return FRAME_NONE;
	}
	region->populated += size;
	return block;
}

/* Does the region have all size bytes from gpa on? */
static bool has_all(const struct guest_region *region, gpa_t gpa, u64 size)
{
	return gpa >= region->gpa && guest_region_end(region) - gpa >= size;
}

static bool give_1g(struct guest_region *region, struct ept *ept, gpa_t gpa)
{
	if (!IS_ALIGNED(gpa, GIB(1)) || !has_all(region, gpa, GIB(1))) {
		return false;
	}
	hpa_t block = give_block(region, ept, gpa, FRAME_ORDER_1G);

	if (block == FRAME_NONE) {
		return false;
	}
	for (u64 i = 0; i < CHUNKS_IN_1G; i++) {
		chunk_of(region, gpa)[i] =
			(block + i * GUEST_CHUNK_SIZE) | GUEST_CHUNK_PART;
	}
	return true;
}

static bool give_2m(struct guest_region *region, struct ept *ept, gpa_t gpa)
{
	gpa_t start = ALIGN_DOWN(gpa, GUEST_CHUNK_SIZE);
	u64 *chunk = chunk_of(region, gpa);

	if (*chunk != 0 || !has_all(region, start, GUEST_CHUNK_SIZE)) {
		return false;
	}
	hpa_t block = give_block(region, ept, start, FRAME_ORDER_2M);

	if (block == FRAME_NONE) {
		return false;
	}
	*chunk = block | GUEST_CHUNK_BLOCK;
	return true;
}

static bool give_4k(struct guest_region *region, struct ept *ept, gpa_t gpa)
{
	u64 *chunk = chunk_of(region, gpa);

	if (*chunk == 0) {
		hpa_t table = frames_alloc_zeroed(FRAME_ORDER_4K);

		if (table == FRAME_NONE) {
			return false;
		}
		*chunk = table | GUEST_CHUNK_FRAMES;
	}
	hpa_t frame = give_block(region, ept, ALIGN_DOWN(gpa, FRAME_SIZE),
				 FRAME_ORDER_4K);

	if (frame == FRAME_NONE) {
		return false;
	}
	chunk_frames(*chunk)[gpa / FRAME_SIZE % CHUNK_PAGES] = frame;
	return true;
}

bool guest_region_populate(struct guest_region *region, struct ept *ept,
			   gpa_t gpa)
{
	return guest_region_backing(region, gpa) != FRAME_NONE ||
	       give_2m(region, ept, gpa) || give_4k(region, ept, gpa);
}

static bool populate_all(struct guest_region *region, struct ept *ept)
{
	for (gpa_t gpa = region->gpa; gpa < guest_region_end(region);) {
		if (give_1g(region, ept, gpa)) {
			gpa += GIB(1);
		} else if (give_2m(region, ept, gpa)) {
			gpa = ALIGN_DOWN(gpa, GUEST_CHUNK_SIZE) +
			      GUEST_CHUNK_SIZE;
		} else if (give_4k(region, ept, gpa)) {
			gpa += FRAME_SIZE;
		} else {
			return false;
		}
	}
	return true;
}

static struct error init_ram(struct guest_region *region, struct ept *ept,
			     bool lazy)
{
	u64 bytes = chunk_count(region) * sizeof(u64);

	while (((u64)FRAME_SIZE << region->chunks_order) < bytes) {
		region->chunks_order++;
	}
	hpa_t chunks = region->chunks_order > FRAME_ORDER_MAX
			       ? FRAME_NONE
			       : frames_alloc_zeroed(region->chunks_order);

	if (chunks == FRAME_NONE) {
		return failure("no memory to keep account of guest RAM of size",
			       region->size);
	}
	region->chunks = phys_to_virt(chunks);
	if (!lazy && !populate_all(region, ept)) {
		u64 populated = region->populated;

		/* Its pages begin and end where the range does: none splits. */
		(void)guest_region_unmap(region, ept);
		guest_region_free(region);
		return failure("not enough memory for the guest's RAM; there "
			       "was only",
			       populated);
	}
	return SUCCESS;
}

static struct error check(const struct guest_region_wish *wish)
{
	if (!IS_ALIGNED(wish->gpa, FRAME_SIZE)) {
		return failure("a region of guest memory begins inside a page",
			       wish->gpa);
	}
	if (wish->size == 0 || !IS_ALIGNED(wish->size, FRAME_SIZE) ||
	    wish->gpa >= BIT(EPT_GPA_BITS) ||
	    wish->size > BIT(EPT_GPA_BITS) - wish->gpa) {
		return failure("no such size of guest RAM", wish->size);
	}
	if ((wish->rights & EPT_READ) == 0 || (wish->rights & ~EPT_RWX) != 0) {
		return failure("no such rights to guest memory", wish->rights);
	}
	return SUCCESS;
}

struct error guest_region_init(struct guest_region *region, struct ept *ept,
			       const struct guest_region_wish *wish)
{
	struct error error = check(wish);

	if (failed(error)) {
		return error;
	}
	*region = (struct guest_region){
		.kind = wish->kind,
		.gpa = wish->gpa,
		.size = wish->size,
		.rights = wish->rights,
		.hpa = wish->hpa,
	};
	if (wish->kind == GUEST_REGION_RAM) {
		return init_ram(region, ept, wish->lazy);
	}
	return ept_map(ept, wish->gpa, wish->hpa, wish->size, wish->rights,
		       wish->kind == GUEST_REGION_LENT ? EPT_WB : EPT_UC);
}

struct error guest_region_unmap(struct guest_region *region, struct ept *ept)
{
	return ept_unmap(ept, region->gpa, region->size);
}

static void free_chunk(u64 chunk, bool first_of_1g)
{
	hpa_t address = chunk_address(chunk);

	switch (chunk & GUEST_CHUNK_KIND) {
	case GUEST_CHUNK_BLOCK:
		frames_free(address, FRAME_ORDER_2M);
		break;
	case GUEST_CHUNK_PART:
		if (first_of_1g) {
			frames_free(address, FRAME_ORDER_1G);
		}
		break;
	case GUEST_CHUNK_FRAMES:
		for (u64 i = 0; i < CHUNK_PAGES; i++) {
			if (chunk_frames(chunk)[i] != 0) {
				frames_free(chunk_frames(chunk)[i],
					    FRAME_ORDER_4K);
			}
		}
		frames_free(address, FRAME_ORDER_4K);
		break;
	}
}

void guest_region_free(struct guest_region *region)
{
	if (region->chunks == NULL) {
		return;
	}
	for (u64 i = 0; i < chunk_count(region); i++) {
		free_chunk(region->chunks[i],
			   (first_chunk(region) + i) % CHUNKS_IN_1G == 0);
	}
	frames_free(virt_to_phys(region->chunks), region->chunks_order);
	region->chunks = NULL;
}
