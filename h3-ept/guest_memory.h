#pragma once
/*
 * Guest RAM, and the only way by which the hypervisor touches it.
 *
 * A guest has its main RAM, which begins at guest-physical 0, and may have
 * further regions anywhere above its end: RAM with fewer rights, RAM that it
 * shares with others, a device's addresses.
 *
 * A guest can name any guest-physical address it likes; every accessor checks
 * the whole range first, and the worst that happens is a false.
 *
 * Calls for one guest's memory are not to run at the same time. Nobody else
 * maps addresses in its EPT.
 */
#include "ept.h"
#include "guest_region_list.h"
#include "lib/error.h"
#include "lib/types.h"
#include "memory/physical.h"

typedef u64 gva_t; /* guest-virtual: linear, in the guest's address space */

/*
 * One guest's memory. Main RAM is guest-physical 0 .. size-1, in whole pages,
 * of every right.
 */
struct guest_memory {
	struct ept *ept;
	u64 size;      /* bytes of main RAM; a multiple of 4 KiB */
	u64 *chunks;   /* main.chunks */
	u64 end;       /* nothing lies at it or above */
	u64 populated; /* bytes of all RAM that have backing */
	struct guest_region main;
	struct guest_region_list others;
};

enum guest_memory_result {
	GUEST_MEMORY_POPULATED,	    /* the address has backing now */
	GUEST_MEMORY_OUTSIDE,	    /* it is no guest RAM */
	GUEST_MEMORY_OUT_OF_MEMORY, /* and has none */
};

/*
 * Makes guest RAM of zeroed frames, mapped write-back for every access. Not
 * lazy: all of it, from the largest blocks of frames that there are. Lazy:
 * none yet. size: a multiple of 4 KiB, not 0, at most 2^48. ept outlives the
 * memory and maps nothing. Errors, after which everything has been given back
 * but ept's tables: a wrong size; not enough free frames.
 */
struct error guest_memory_init(struct guest_memory *memory, struct ept *ept,
			       u64 size, bool lazy);

/*
 * Takes all regions out of the EPT and frees the frames that they own. No CPU
 * may be in the guest, nor enter it before INVEPT.
 */
void guest_memory_destroy(struct guest_memory *memory);

/*
 * Adds a region. Errors, after which nothing has changed but ept's tables: it
 * overlaps another; there are GUEST_REGIONS_MAX; those of guest_region_init().
 */
struct error guest_memory_add_region(struct guest_memory *memory,
				     const struct guest_region_wish *wish);

/*
 * Removes the region that begins at gpa: from now on it is no guest RAM for
 * any accessor. A CPU that is in the guest may have its translations cached,
 * see ept.generation. What the caller has lent must not be used otherwise
 * before every CPU has left the guest, to enter it with INVEPT; RAM's frames
 * are freed at once, so that no CPU may be in the guest to begin with.
 * Errors, after which nothing has changed: no region but the main RAM begins
 * there; ept_unmap().
 */
struct error guest_memory_remove_region(struct guest_memory *memory, gpa_t gpa);

/* The region that holds gpa, a device's as well; NULL: none does. */
const struct guest_region *
guest_memory_region(const struct guest_memory *memory, gpa_t gpa);

/*
 * Gives the page that holds gpa its backing, and where there is memory enough
 * its neighbours too, up to 2 MiB. For EPT violations of a lazy guest. An
 * address that has backing already is POPULATED as well: another CPU may have
 * been first. Running the guest again is right after POPULATED, where the
 * region has the right that the guest needs.
 */
enum guest_memory_result guest_memory_populate(struct guest_memory *memory,
					       gpa_t gpa);

/* Does the range lie wholly inside guest RAM? An empty one at its end does. */
bool guest_memory_contains(const struct guest_memory *memory, gpa_t gpa,
			   u64 size);

/* And may the guest write to all of it? */
bool guest_memory_may_write(const struct guest_memory *memory, gpa_t gpa,
			    u64 size);

/*
 * A pointer to the backing of gpa, for data too large to copy twice. size: how
 * many bytes are wanted, at least 1; becomes how many there are that lie one
 * after the other, which may be fewer. NULL where gpa is no guest RAM or its
 * backing cannot be had. The pointer lasts as long as the region. The guest's
 * rights are the caller's business: an image may be loaded to where the guest
 * may only read.
 */
void *guest_memory_pointer(struct guest_memory *memory, gpa_t gpa, u64 *size);

/* guest_memory_at() where a chunk of main RAM is not one block. */
void *guest_memory_at_slowly(struct guest_memory *memory, gpa_t gpa);

/*
 * The same for one byte, in a few instructions. What lies in its 4-KiB page
 * lies behind it.
 */
static inline void *guest_memory_at(struct guest_memory *memory, gpa_t gpa)
{
	if (gpa < memory->size) {
		u64 chunk = memory->chunks[gpa / GUEST_CHUNK_SIZE];

		if ((chunk & GUEST_CHUNK_BLOCK) != 0) {
			return phys_to_virt((chunk & ~GUEST_CHUNK_KIND) +
					    gpa % GUEST_CHUNK_SIZE);
		}
	}
	return guest_memory_at_slowly(memory, gpa);
}

/* The same for a byte to be written: NULL too where the guest may not. */
static inline void *guest_memory_at_to_write(struct guest_memory *memory,
					     gpa_t gpa)
{
	if (gpa >= memory->size && !guest_memory_may_write(memory, gpa, 1)) {
		return NULL;
	}
	return guest_memory_at(memory, gpa);
}

/*
 * Copy size bytes between host memory and guest RAM. False, and nothing
 * copied, where the range is not guest RAM or its backing cannot be had; nor
 * is anything written where the guest may not write to all of it.
 */
bool guest_memory_read(struct guest_memory *memory, gpa_t gpa, void *to,
		       u64 size);
bool guest_memory_write(struct guest_memory *memory, gpa_t gpa,
			const void *from, u64 size);

/*
 * Sets size bytes of guest RAM to zero, whatever the guest's rights. False
 * where the range is not guest RAM. What has no backing stays without: it will
 * be zero when it gets one.
 */
bool guest_memory_zero(struct guest_memory *memory, gpa_t gpa, u64 size);
