#pragma once
/*
 * Extended page tables: which host-physical memory a guest-physical address
 * means, and what the guest may do there.
 *
 * SDM: "The Extended Page Table Mechanism (EPT)". The tables have four levels
 * like those of 4-level paging; a page is 4 KiB, or 2 MiB and 1 GiB where the
 * CPU offers them. Pages are mapped here; ept_walk.h looks addresses up.
 *
 * Functions that change one EPT are not to run at the same time. A CPU may
 * use the EPT meanwhile, but see ept.generation.
 */
#include "lib/error.h"
#include "lib/types.h"

typedef u64 gpa_t; /* guest-physical: an address in a guest's machine */

#define EPT_LEVELS    4u /* of tables: 4 is the root's level, 1 the lowest */
#define EPT_GPA_BITS  48u
#define EPT_PAGE_SIZE KIB(4)

/*
 * IA32_VMX_EPT_VPID_CAP. SDM: "VPID and EPT Capabilities".
 */
#define EPT_CAP_EXECUTE_ONLY   BIT(0)
#define EPT_CAP_WALK_LENGTH_4  BIT(6)
#define EPT_CAP_TABLES_UC      BIT(8)
#define EPT_CAP_TABLES_WB      BIT(14)
#define EPT_CAP_2M_PAGES       BIT(16)
#define EPT_CAP_1G_PAGES       BIT(17)
#define EPT_CAP_INVEPT	       BIT(20)
#define EPT_CAP_ACCESSED_DIRTY BIT(21)
#define EPT_CAP_INVEPT_SINGLE  BIT(25)
#define EPT_CAP_INVEPT_ALL     BIT(26)

/* Rights, and kinds of access: bits 2:0 of every entry. */
#define EPT_READ    BIT(0)
#define EPT_WRITE   BIT(1)
#define EPT_EXECUTE BIT(2)
#define EPT_RWX	    (EPT_READ | EPT_WRITE | EPT_EXECUTE)

/*
 * Bits 5:3 of an entry that maps a page. SDM: "Memory Type Used for Translated
 * Guest-Physical Addresses". The guest's PAT has its say too: UC there wins.
 */
enum ept_memory_type {
	EPT_UC = 0, /* uncacheable */
	EPT_WC = 1, /* write combining */
	EPT_WT = 4, /* write through */
	EPT_WP = 5, /* write protected */
	EPT_WB = 6, /* write back: what RAM is */
};

struct ept {
	hpa_t root;	   /* the PML4 table */
	u64 capabilities;  /* IA32_VMX_EPT_VPID_CAP */
	unsigned int bits; /* the CPU's physical-address width */
	/*
	 * Counts the changes that a CPU may not have noticed, as it caches
	 * translations: a right or a page taken away, a page split. Whoever
	 * enters a guest keeps the generation that the CPU has last seen, 0
	 * at first, and executes INVEPT where it differs: invept_if_stale().
	 * A CPU that is inside the guest when the generation changes has to
	 * be brought out of it. It starts at 1, for the frame of the root may
	 * have been another EPT's.
	 */
	u64 generation;
	u64 tables;		    /* frames that the tables take */
	u64 leaves[EPT_LEVELS - 1]; /* pages mapped: of 4 KiB, 2 MiB, 1 GiB */
};

/*
 * Is EPT of use on a CPU with this IA32_VMX_EPT_VPID_CAP? Errors: no page walks
 * of length 4, no memory type for the tables that we know, no INVEPT.
 */
struct error ept_support(u64 ept_vpid_cap);

/*
 * Makes an empty EPT. ept_vpid_cap: the CPU's IA32_VMX_EPT_VPID_CAP; bits: its
 * physical-address width, CPUID 80000008H:EAX[7:0]. Errors: those of
 * ept_support(); no free frame; bits out of range.
 */
struct error ept_init(struct ept *ept, u64 ept_vpid_cap, unsigned int bits);

/*
 * Frees the tables; the frames that were mapped stay the caller's. No CPU may
 * be using the EPT.
 */
void ept_destroy(struct ept *ept);

/*
 * Maps guest-physical gpa .. gpa+size-1 to the host-physical bytes at hpa, in
 * the largest pages that fit. All three are multiples of 4 KiB. rights:
 * EPT_READ, EPT_WRITE, EPT_EXECUTE; writing needs reading, and so does
 * executing where the CPU has no execute-only pages (SDM: "EPT
 * Misconfigurations"). The guest's own PAT is not ignored. Needs no INVEPT,
 * since a CPU caches nothing about entries that are not present.
 * Errors, after which every translation is as before: an argument out of its
 * range; a page of the range that is mapped already; no free frame for a table.
 */
struct error ept_map(struct ept *ept, gpa_t gpa, hpa_t hpa, u64 size,
		     u64 rights, enum ept_memory_type type);

/*
 * Takes the mapping of a range away, splitting pages that reach over its
 * ends; what was not mapped stays so. Tables that become empty are kept until
 * ept_destroy(), as a CPU may have their addresses cached. A new generation.
 * Errors, after which every translation is as before: an argument out of its
 * range; no free frame to split a page.
 */
struct error ept_unmap(struct ept *ept, gpa_t gpa, u64 size);

/*
 * Gives the mapped pages of a range other rights, not none, splitting as
 * above. A new generation, unless no page lost a right or was split: a right
 * gained shows at the first access that needs it, since an EPT violation
 * drops the cached translation. The same errors.
 */
struct error ept_protect(struct ept *ept, gpa_t gpa, u64 size, u64 rights);

/*
 * The value of the EPTP field. SDM: "Extended-Page-Table Pointer (EPTP)".
 * Tables are write-back where the CPU offers it, else uncacheable; accessed
 * and dirty flags are on where it offers them.
 */
u64 ept_pointer(const struct ept *ept);
