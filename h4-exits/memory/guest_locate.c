#include "memory/guest_locate.h"

#define ADDRESS 0x000ffffffffff000ull

const u8 *guest_locate_anew(struct guest_location *location,
			    struct guest_memory *memory, u64 cr3, gva_t page)
{
	gpa_t table = cr3 & ADDRESS;
	bool lasts = true;

	location->bytes = NULL;
	location->levels = 0;
	location->cr3 = cr3;
	location->page = page;
	for (unsigned int shift = 39;; shift -= 9) {
		const u64 *entries = guest_memory_at(memory, table);
		unsigned int i = location->levels++;
		u64 entry;

		if (entries == NULL) {
			return NULL;
		}
		lasts = lasts && table < memory->size;
		location->at[i] = &entries[page >> shift & 511];
		entry = *(const volatile u64 *)location->at[i];
		location->entry[i] = entry;
		if ((entry & PAGE_PRESENT) == 0) {
			return NULL;
		}
		if (shift == 12 || (entry & PAGE_LARGE) != 0) {
			u64 offset = BIT(shift) - 1;
			gpa_t gpa =
				(entry & ADDRESS & ~offset) | (page & offset);
			const u8 *bytes = guest_memory_at(memory, gpa);

			lasts = lasts && gpa < memory->size;
			location->bytes = lasts ? bytes : NULL;
			return bytes;
		}
		table = entry & ADDRESS;
	}
}
