#pragma once
/*
 * The guest's own paging, done in software: from a linear address to a
 * guest-physical one.
 *
 * SDM, chapter "Paging": none, 32-bit, PAE and 4-level paging. Rights are not
 * looked at, for a debugger may read and write everything.
 */
#include "guest_memory.h"

typedef u64 gva_t; /* guest-virtual: linear, in the guest's address space */

#define GUEST_WALK_LEVELS 4u

/* The registers that say how the guest translates. */
struct guest_paging {
	u64 cr0, cr3, cr4, efer;
};

enum guest_walk_result {
	GUEST_WALK_MAPPED,
	GUEST_WALK_NOT_PRESENT,	   /* the last entry visited has P = 0 */
	GUEST_WALK_NO_TABLE,	   /* a table lies outside of guest RAM */
	GUEST_WALK_NOT_CANONICAL,  /* no entry was visited */
	GUEST_WALK_UNKNOWN_PAGING, /* 5-level paging */
};

struct guest_translation {
	unsigned int levels; /* of tables: 0 with paging off, 2, 3 or 4 */
	unsigned int level;  /* of the last entry visited, 1 the lowest */
	u64 entry[GUEST_WALK_LEVELS]; /* at [its level - 1] */
	gpa_t at[GUEST_WALK_LEVELS];  /* and where each of them is */
	gpa_t gpa;		      /* if mapped */
	u64 page_size;		      /* if mapped; bytes */
};

/* Translates gva as a guest with these registers would. */
enum guest_walk_result guest_walk(struct guest_memory *memory,
				  const struct guest_paging *paging, gva_t gva,
				  struct guest_translation *out);

/*
 * Copy size bytes between the host and the guest's linear addresses. False
 * where a part of them is not mapped, or not to guest RAM; what came before
 * has been copied.
 */
bool guest_walk_read(struct guest_memory *memory,
		     const struct guest_paging *paging, gva_t gva, void *to,
		     size_t size);
bool guest_walk_write(struct guest_memory *memory,
		      const struct guest_paging *paging, gva_t gva,
		      const void *from, size_t size);
