#pragma once
/*
 * The guest's linear addresses, as the CPU itself would translate them.
 *
 * SDM, chapter "Paging": none, 32-bit, PAE, 4-level and 5-level paging, with
 * access rights (U/S, R/W, XD, CR0.WP, SMEP, SMAP, protection keys), reserved
 * bits, and accessed and dirty flags set as hardware sets them. An access that
 * the guest may not make gives the fault that it would have raised:
 *
 *	#PF	as "Page-Fault Exceptions" has it;
 *	#GP(0)	the address is not canonical; a caller that looks at the stack
 *		makes it #SS(0);
 *	#MC	the host has no memory left to back the guest's.
 *
 * A table that is no guest RAM has its reserved bits set. Of other bytes that
 * are no guest RAM guest_linear_translate() gives the address all the same,
 * for a device may answer there.
 */
#include "guest_walk.h"
#include "memory/guest_fault.h"
#include "memory/guest_rights.h"

/* Of a linear address: 5-level paging is not offered. */
#define GUEST_LINEAR_BITS 48u

/* The most bytes that guest_linear_read() and _write() take: two pages hold. */
#define GUEST_LINEAR_MAX KIB(4)

/* The guest-physical address of one byte. False: the access faults. */
bool guest_linear_translate(struct guest_memory *memory,
			    const struct guest_paging_state *paging, gva_t gva,
			    enum guest_access access, gpa_t *gpa,
			    struct guest_fault *fault);

/*
 * Copy size bytes, at most GUEST_LINEAR_MAX, between a buffer and the guest.
 * False: the access faults, and nothing has been copied. What is no guest RAM
 * reads as ones, and writes to it are lost, as on a bus where nobody answers;
 * so are writes to RAM that the guest may only read.
 */
bool guest_linear_read(struct guest_memory *memory,
		       const struct guest_paging_state *paging, gva_t gva,
		       void *buffer, size_t size, enum guest_access access,
		       struct guest_fault *fault);
bool guest_linear_write(struct guest_memory *memory,
			const struct guest_paging_state *paging, gva_t gva,
			const void *buffer, size_t size,
			enum guest_access access, struct guest_fault *fault);
