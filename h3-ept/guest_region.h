#pragma once
/*
 * A region of a guest's memory: a range of guest-physical addresses, and what
 * lies behind it. guest_memory.h keeps a guest's regions apart.
 */
#include "ept.h"
#include "lib/error.h"
#include "lib/types.h"

#define GUEST_CHUNK_SIZE MIB(2)

/* What an element of guest_region.chunks says its chunk is. */
#define GUEST_CHUNK_BLOCK 1ull /* its 2 MiB of frames */
#define GUEST_CHUNK_FRAMES                                                 \
	2ull		      /* a table of its frames' addresses, 0: none \
			       */
#define GUEST_CHUNK_PART 3ull /* a BLOCK, as a part of one of 1 GiB */
#define GUEST_CHUNK_KIND 3ull

enum guest_region_kind {
	/* Frames of the allocator, zeroed; the region owns them. */
	GUEST_REGION_RAM,
	/* RAM of the host's that the caller lends, in one piece. */
	GUEST_REGION_LENT,
	/*
	 * Host-physical addresses of a device, uncacheable. The guest alone
	 * touches them: for the hypervisor's accesses they are no RAM.
	 */
	GUEST_REGION_DEVICE,
};

/* What a region is to be. Addresses and size: multiples of 4 KiB. */
struct guest_region_wish {
	enum guest_region_kind kind;
	gpa_t gpa;
	u64 size;   /* bytes, not 0; the region ends at 2^48 at the latest */
	u64 rights; /* the guest's: EPT_READ, perhaps more */
	bool lazy;  /* RAM: a page gets its frames when it is first touched */
	hpa_t hpa;  /* LENT, DEVICE: what gpa means; the caller's */
};

struct guest_region {
	enum guest_region_kind kind;
	gpa_t gpa;
	u64 size;
	u64 rights;
	hpa_t hpa;     /* LENT, DEVICE */
	u64 populated; /* RAM: bytes that have backing */
	/*
	 * RAM: what backs each chunk, that is each 2 MiB of guest-physical
	 * addresses, so that an address is looked up in one step or two, and
	 * each block is known when it is to be freed. An element holds an
	 * address, and in its lowest bits what lies there; 0: nothing yet. The
	 * array is a block of frames.
	 */
	u64 *chunks;
	unsigned int chunks_order;
};

/*
 * Makes a region and maps it in the EPT: RAM that is lazy not yet, RAM that is
 * not from the largest blocks of frames that there are. Nothing of the range
 * is mapped there before. Errors, after which everything has been given back
 * but the EPT's tables: a wish out of its range; not enough free frames; those
 * of ept_map().
 */
struct error guest_region_init(struct guest_region *region, struct ept *ept,
			       const struct guest_region_wish *wish);

/*
 * Takes the region out of the EPT. What it owns stays until
 * guest_region_free(). Error, after which nothing has changed: ept_unmap().
 */
struct error guest_region_unmap(struct guest_region *region, struct ept *ept);

/* Gives back the frames of an unmapped region. No CPU may still know them. */
void guest_region_free(struct guest_region *region);

/*
 * Gives the page that holds gpa, an address of the region, its backing, and
 * where there is memory enough its neighbours too, up to 2 MiB. False: there
 * is none. True as well where there is backing already.
 */
bool guest_region_populate(struct guest_region *region, struct ept *ept,
			   gpa_t gpa);

/* Where gpa, an address of the region, lies; FRAME_NONE without backing. */
hpa_t guest_region_backing(const struct guest_region *region, gpa_t gpa);

/* For how many bytes, at most size, backing would go on without a gap. */
u64 guest_region_run(const struct guest_region *region, gpa_t gpa, u64 size);

/* The address behind the last. */
static inline gpa_t guest_region_end(const struct guest_region *region)
{
	return region->gpa + region->size;
}

/* May the hypervisor touch it for the guest? */
static inline bool guest_region_is_ram(const struct guest_region *region)
{
	return region->kind != GUEST_REGION_DEVICE;
}
