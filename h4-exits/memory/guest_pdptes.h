#pragma once
/*
 * The four entries of PAE paging that the CPU holds in registers of its own.
 *
 * SDM: "PDPTE Registers".
 */
#include "guest_walk.h"

/*
 * Loads paging->pdpte from memory, as a write to CR0, CR3 or CR4 does that
 * leaves the guest with PAE paging; the other fields have their new values.
 * False, and nothing loaded: one that is present has a reserved bit set, or
 * they are no guest RAM. The write is a #GP(0) then.
 */
bool guest_pdptes_load(struct guest_memory *memory,
		       struct guest_paging_state *paging);
