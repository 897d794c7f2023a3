#pragma once
/*
 * Where a linear address lies that the CPU has just used itself.
 *
 * A driver's loop executes the same instruction again and again, and each time
 * its bytes are wanted. What its address means is remembered together with the
 * entries of the guest's page tables that say so. As long as these are what
 * they were, so is the address; that is seen faster than it is found.
 */
#include "guest_walk.h"

struct guest_location {
	u64 cr3;
	gva_t page;
	const u8 *bytes; /* of the page; NULL: nothing is remembered */
	unsigned int levels;
	const u64 *at[GUEST_WALK_LEVELS];
	u64 entry[GUEST_WALK_LEVELS];
};

/* Walks the tables of 4-level paging, and remembers. */
const u8 *guest_locate_anew(struct guest_location *location,
			    struct guest_memory *memory, u64 cr3, gva_t page);

static inline bool guest_location_holds(const struct guest_location *location)
{
	for (unsigned int i = 0; i < location->levels; i++) {
		if (*(const volatile u64 *)location->at[i] !=
		    location->entry[i]) {
			return false;
		}
	}
	return true;
}

/*
 * The bytes of the page with gva, in 4-level paging with cr3. The CPU has made
 * an access there for the instruction that has exited, so rights, reserved bits
 * and flags have been seen to. NULL: the tables do not say so any more, or it
 * is no guest RAM. The guest's main RAM stays where it is; what lies in another
 * region, which may go, is not remembered.
 */
static inline const u8 *guest_locate(struct guest_location *location,
				     struct guest_memory *memory, u64 cr3,
				     gva_t gva)
{
	gva_t page = ALIGN_DOWN(gva, EPT_PAGE_SIZE);

	if (location->bytes != NULL && location->page == page &&
	    location->cr3 == cr3 && guest_location_holds(location)) {
		return location->bytes;
	}
	return guest_locate_anew(location, memory, cr3, page);
}
