#pragma once
/*
 * Where a linear address lies that the CPU has just used itself.
 */
#include "guest_walk.h"

/*
 * The guest-physical address of gva, in 4-level paging with cr3. The CPU has
 * made an access there for the instruction that has exited, so rights, reserved
 * bits and flags have been seen to; this is a fraction of guest_walk(). False:
 * the tables do not say so any more.
 */
static inline bool guest_locate(struct guest_memory *memory, u64 cr3, gva_t gva,
				gpa_t *gpa)
{
	const u64 address = 0x000ffffffffff000;
	gpa_t table = cr3 & address;

	for (unsigned int shift = 39;; shift -= 9) {
		const u64 *entries = guest_memory_at(memory, table);
		u64 entry;

		if (entries == NULL) {
			return false;
		}
		entry = entries[gva >> shift & 511];
		if ((entry & PAGE_PRESENT) == 0) {
			return false;
		}
		if (shift == 12 || (entry & PAGE_LARGE) != 0) {
			u64 offset = BIT(shift) - 1;

			*gpa = (entry & address & ~offset) | (gva & offset);
			return true;
		}
		table = entry & address;
	}
}
