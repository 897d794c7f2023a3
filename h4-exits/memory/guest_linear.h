#pragma once
/*
 * The guest's linear addresses, as the CPU itself would translate them.
 *
 * SDM, chapter "Paging": none, 32-bit, PAE, 4-level and 5-level paging, with
 * access rights (U/S, R/W, XD, CR0.WP, SMEP, SMAP, protection keys), reserved
 * bits, and accessed and dirty flags set as hardware sets them. An access that
 * the guest may not make gives the #PF that it would have raised.
 */
#include "guest_memory.h"
#include "memory/guest_fault.h"

typedef u64 gva_t; /* guest-virtual: linear, in the guest's address space */

/* Everything that has a say in how the guest translates. */
struct guest_paging_state {
	u64 cr0, cr3, cr4, efer, rflags;
	u64 pdpte[4]; /* PAE paging: what the CPU holds, not what memory says */
	u32 pkru, pkrs;
	u8 cpl;
	u8 maxphyaddr; /* the guest's: CPUID 80000008H:EAX[7:0] */
};

enum guest_access {
	GUEST_READ,
	GUEST_WRITE,
	GUEST_FETCH,
	/* By the CPU itself, whatever CPL is: descriptors, a TSS. */
	GUEST_SYSTEM_READ,
	GUEST_SYSTEM_WRITE,
};

/*
 * The guest-physical address of one byte. False: the access faults, and fault
 * says how. A table that is no guest RAM reads as all ones.
 */
bool guest_linear_translate(struct guest_memory *memory,
			    const struct guest_paging_state *paging, gva_t gva,
			    enum guest_access access, gpa_t *gpa,
			    struct guest_fault *fault);
