#pragma once
/*
 * What paging lets the guest do with a page, and the page-fault error code
 * where it does not.
 *
 * SDM: "Access Rights" and "Page-Fault Exceptions".
 */
#include "guest_walk.h"

enum guest_access {
	GUEST_READ,
	GUEST_WRITE,
	GUEST_FETCH,
	/* By the CPU itself, whatever CPL is: descriptors, a TSS. */
	GUEST_SYSTEM_READ,
	GUEST_SYSTEM_WRITE,
};

/* The error code of a page fault. */
#define PF_P	BIT(0) /* the page is there, but the access is not allowed */
#define PF_WR	BIT(1) /* a write */
#define PF_US	BIT(2) /* a user-mode access */
#define PF_RSVD BIT(3) /* a reserved bit is set in an entry */
#define PF_ID	BIT(4) /* an instruction fetch, where fetches have rights */
#define PF_PK	BIT(5) /* a protection key forbids it */

static inline bool guest_rights_is_write(enum guest_access access)
{
	return access == GUEST_WRITE || access == GUEST_SYSTEM_WRITE;
}

/* The bits that tell of the access, whatever is wrong with it. */
u32 guest_rights_access_bits(const struct guest_paging_state *paging,
			     enum guest_access access);

/*
 * May the guest access the page that a walk with paging on found? If so 0,
 * else the bits that tell why not: PF_P, and PF_PK.
 */
u32 guest_rights_violation(const struct guest_paging_state *paging,
			   const struct guest_translation *found,
			   enum guest_access access);
