#include "memory/guest_pdptes.h"
#include "lib/string.h"

#define PDPTES	     4u
#define CR3_PAE	     0xffffffe0ull
#define RESERVED_LOW 0x1e6ull /* bits 8:5 and 2:1 */

bool guest_pdptes_load(struct guest_memory *memory,
		       struct guest_paging_state *paging)
{
	u64 reserved = ~(BIT(paging->maxphyaddr) - 1) | RESERVED_LOW;
	u64 pdpte[PDPTES];

	if (!guest_memory_read(memory, paging->cr3 & CR3_PAE, pdpte,
			       sizeof(pdpte))) {
		return false;
	}
	for (unsigned int i = 0; i < PDPTES; i++) {
		if ((pdpte[i] & PAGE_PRESENT) != 0 &&
		    (pdpte[i] & reserved) != 0) {
			return false;
		}
	}
	memcpy(paging->pdpte, pdpte, sizeof(pdpte));
	return true;
}
