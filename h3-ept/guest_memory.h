#pragma once
/*
 * Guest RAM, and the only way by which the hypervisor touches it.
 *
 * A guest can name any guest-physical address it likes; every accessor checks
 * the whole range first, and the worst that happens is a false.
 *
 * Calls for one guest's memory are not to run at the same time. Nobody else
 * maps addresses below its size in its EPT.
 */
#include "ept.h"
#include "lib/error.h"
#include "lib/types.h"
#include "memory/physical.h"

typedef u64 gva_t; /* guest-virtual: linear, in the guest's address space */

#define GUEST_REGION_SIZE MIB(2)

/* What an element of guest_memory.regions says its region is. */
#define GUEST_REGION_BLOCK 1ull /* its 2 MiB of frames */
#define GUEST_REGION_FRAMES                                                 \
	2ull		       /* a table of its frames' addresses, 0: none \
				*/
#define GUEST_REGION_PART 3ull /* a BLOCK, as a part of one of 1 GiB */
#define GUEST_REGION_KIND 3ull

/*
 * One guest's RAM: guest-physical 0 .. size-1, in whole pages, mapped by ept
 * as it gets backing. A lazy guest's pages get it when first touched.
 */
struct guest_memory {
	struct ept *ept;
	u64 size; /* bytes; a multiple of 4 KiB */
	bool lazy;
	u64 populated; /* bytes that have backing */
	/*
	 * What backs each region of guest RAM, so that an address is looked up
	 * in one step or two, and each block is known when it is to be freed.
	 * An element holds an address, and in its lowest bits what lies there;
	 * 0: nothing yet. The array is a block of frames.
	 */
	u64 *regions;
	unsigned int regions_order;
};

enum guest_memory_result {
	GUEST_MEMORY_POPULATED,	    /* the address has backing now */
	GUEST_MEMORY_OUTSIDE,	    /* it is no guest RAM */
	GUEST_MEMORY_OUT_OF_MEMORY, /* and has none */
};

/*
 * Makes guest RAM of zeroed frames, mapped write-back for every access. Not
 * lazy: all of it, from the largest blocks of frames that there are. Lazy:
 * none yet. size: a multiple of 4 KiB, not 0, below 2^48. ept outlives the
 * memory and maps nothing below size. Errors, after which everything has been
 * given back but ept's tables: a wrong size; not enough free frames.
 */
struct error guest_memory_init(struct guest_memory *memory, struct ept *ept,
			       u64 size, bool lazy);

/*
 * Takes guest RAM out of the EPT and frees its frames. No CPU may be in the
 * guest, nor enter it before INVEPT.
 */
void guest_memory_destroy(struct guest_memory *memory);

/*
 * Gives the page that holds gpa its backing, and where there is memory enough
 * its neighbours too, up to 2 MiB. For EPT violations of a lazy guest. An
 * address that has backing already is POPULATED as well: another CPU may have
 * been first. The guest's RAM may be executed, read and written, so that
 * running the guest again is right after POPULATED.
 */
enum guest_memory_result guest_memory_populate(struct guest_memory *memory,
					       gpa_t gpa);

/* Does the range lie wholly inside guest RAM? An empty one at its end does. */
bool guest_memory_contains(const struct guest_memory *memory, gpa_t gpa,
			   u64 size);

/*
 * A pointer to the backing of gpa, for data too large to copy twice. size: how
 * many bytes are wanted, at least 1; becomes how many there are that lie one
 * after the other, which may be fewer. NULL where gpa is no guest RAM or its
 * backing cannot be had. The pointer lasts until guest_memory_destroy().
 */
void *guest_memory_pointer(struct guest_memory *memory, gpa_t gpa, u64 *size);

/* guest_memory_at() where a region is not one block. */
void *guest_memory_at_slowly(struct guest_memory *memory, gpa_t gpa);

/*
 * The same for one byte, in a few instructions. What lies in its 4-KiB page
 * lies behind it.
 */
static inline void *guest_memory_at(struct guest_memory *memory, gpa_t gpa)
{
	if (gpa < memory->size) {
		u64 region = memory->regions[gpa / GUEST_REGION_SIZE];

		if ((region & GUEST_REGION_BLOCK) != 0) {
			return phys_to_virt((region & ~GUEST_REGION_KIND) +
					    gpa % GUEST_REGION_SIZE);
		}
	}
	return guest_memory_at_slowly(memory, gpa);
}

/*
 * Copy size bytes between host memory and guest RAM. False, and nothing
 * copied, where the range is not guest RAM or its backing cannot be had.
 */
bool guest_memory_read(struct guest_memory *memory, gpa_t gpa, void *to,
		       u64 size);
bool guest_memory_write(struct guest_memory *memory, gpa_t gpa,
			const void *from, u64 size);

/*
 * Sets size bytes of guest RAM to zero. False where the range is not guest
 * RAM. What has no backing stays without: it will be zero when it gets one.
 */
bool guest_memory_zero(struct guest_memory *memory, gpa_t gpa, u64 size);
