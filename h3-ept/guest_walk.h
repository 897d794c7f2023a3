#pragma once
/*
 * The guest's own paging, done in software: from a linear address to a
 * guest-physical one.
 *
 * SDM, chapter "Paging": none, 32-bit, PAE, 4-level and 5-level paging, with
 * their reserved bits. Rights are not looked at, for a debugger may read and
 * write everything, and no flag of an entry changes.
 */
#include "guest_memory.h"

#define GUEST_WALK_LEVELS 5u

/* Bits that mean the same in the entries of every mode and level. */
#define PAGE_PRESENT  BIT(0)
#define PAGE_WRITE    BIT(1)
#define PAGE_USER     BIT(2)
#define PAGE_ACCESSED BIT(5)
#define PAGE_DIRTY    BIT(6) /* of an entry that maps a page */
#define PAGE_LARGE    BIT(7) /* above level 1: it maps a page */
#define PAGE_XD	      BIT(63)

/*
 * Everything that has a say in how the guest translates. The walk needs the
 * first six, access rights the others too.
 */
struct guest_paging_state {
	u64 cr0, cr3, cr4, efer;
	u64 pdpte[4]; /* PAE paging: what the CPU holds, not what memory says */
	u8 maxphyaddr; /* 32 .. 52, CPUID 80000008H:EAX[7:0] */
	bool pages_1g; /* CPUID 80000001H:EDX[26] */
	u8 cpl;
	u64 rflags;
	u32 pkru, pkrs;
};

enum guest_walk_result {
	GUEST_WALK_MAPPED,
	GUEST_WALK_NOT_PRESENT,	  /* the last entry visited has P = 0 */
	GUEST_WALK_RESERVED_BIT,  /* it has a bit set that must be 0 */
	GUEST_WALK_NO_TABLE,	  /* it lies outside of guest RAM */
	GUEST_WALK_NOT_CANONICAL, /* no entry was visited */
};

struct guest_translation {
	unsigned int levels; /* of tables: 0 with paging off, 2 .. 5 */
	unsigned int level;  /* of the last entry visited, 1 the lowest */
	u64 entry[GUEST_WALK_LEVELS]; /* at [its level - 1] */
	gpa_t at[GUEST_WALK_LEVELS];  /* and where each of them is */
	u64 all;   /* bits set in every entry with rights, present and valid */
	u64 any;   /* bits set in one of them. A PDPTE of PAE paging has none */
	gpa_t gpa; /* if mapped */
	u64 page_size; /* if mapped; bytes */
};

/*
 * Translates gva as a guest with these registers would. Of out->entry and
 * out->at only what was visited is written: levels down to level.
 */
enum guest_walk_result guest_walk(struct guest_memory *memory,
				  const struct guest_paging_state *paging,
				  gva_t gva, struct guest_translation *out);

/* Are bits 63 .. bits-1 all the same? bits: 48, or 57 with 5 levels. */
static inline bool guest_walk_is_canonical(gva_t gva, unsigned int bits)
{
	u64 upper = gva >> (bits - 1);

	return upper == 0 || upper == UINT64_MAX >> (bits - 1);
}

/*
 * Copy size bytes between the host and the guest's linear addresses. False
 * where a part of them is not mapped, or not to guest RAM; what came before
 * has been copied.
 */
bool guest_walk_read(struct guest_memory *memory,
		     const struct guest_paging_state *paging, gva_t gva,
		     void *to, size_t size);
bool guest_walk_write(struct guest_memory *memory,
		      const struct guest_paging_state *paging, gva_t gva,
		      const void *from, size_t size);
