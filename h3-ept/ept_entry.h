#pragma once
/*
 * The format of EPT paging-structure entries, for the modules that build and
 * read the tables.
 *
 * SDM: the tables "Format of an EPT PML4 Entry (PML4E) that References an EPT
 * Page-Directory-Pointer Table" to "Format of an EPT Page-Table Entry that
 * Maps a 4-KByte Page". Level 4 is the PML4 table's, 1 the page tables'.
 */
#include "ept.h"
#include "memory/physical.h"

#define EPT_ENTRIES 512u

#define EPT_ENTRY_RIGHTS     EPT_RWX
#define EPT_ENTRY_TYPE_SHIFT 3u
#define EPT_ENTRY_TYPE	     (7ull << EPT_ENTRY_TYPE_SHIFT)
#define EPT_ENTRY_PAT_IGNORE BIT(6)
#define EPT_ENTRY_PAGE	     BIT(7) /* of a PDPTE or PDE: it maps a page */
#define EPT_ENTRY_ADDRESS    0x000ffffffffff000ull

/* The lowest bit of the addresses that one entry of the level tells apart. */
static inline unsigned int ept_entry_shift(unsigned int level)
{
	return 12 + 9 * (level - 1);
}

/* How many bytes an entry of the level speaks for. */
static inline u64 ept_entry_size(unsigned int level)
{
	return 1ull << ept_entry_shift(level);
}

/* Where in a table of the level the address has its entry. */
static inline unsigned int ept_entry_index(gpa_t gpa, unsigned int level)
{
	return (gpa >> ept_entry_shift(level)) % EPT_ENTRIES;
}

/* "Not present" is an entry that gives no right. */
static inline bool ept_entry_present(u64 entry)
{
	return (entry & EPT_ENTRY_RIGHTS) != 0;
}

/* Does a present entry map a page, rather than reference a table? */
static inline bool ept_entry_is_leaf(u64 entry, unsigned int level)
{
	return level == 1 || (level < 4 && (entry & EPT_ENTRY_PAGE));
}

static inline enum ept_memory_type ept_entry_type(u64 entry)
{
	return (entry & EPT_ENTRY_TYPE) >> EPT_ENTRY_TYPE_SHIFT;
}

static inline u64 *ept_entry_table(u64 entry)
{
	return phys_to_virt(entry & EPT_ENTRY_ADDRESS);
}
