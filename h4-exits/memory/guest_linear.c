#include "memory/guest_linear.h"
#include "cpu/registers.h"
#include "lib/string.h"

static struct guest_fault page_fault(const struct guest_paging_state *paging,
				     gva_t gva, enum guest_access access,
				     u64 cause)
{
	struct guest_fault fault = guest_fault(
		VECTOR_PF,
		(u32)cause | guest_rights_access_bits(paging, access));

	fault.address = (paging->efer & EFER_LMA) != 0 ? gva : (u32)gva;
	return fault;
}

static struct guest_fault machine_check(void)
{
	return (struct guest_fault){.vector = VECTOR_MC};
}

/* The fault of a walk that found no page. */
static struct guest_fault walk_fault(const struct guest_memory *memory,
				     const struct guest_paging_state *paging,
				     gva_t gva, enum guest_access access,
				     enum guest_walk_result result,
				     const struct guest_translation *found)
{
	if (result == GUEST_WALK_NOT_CANONICAL) {
		return guest_fault(VECTOR_GP, 0);
	}
	if (result == GUEST_WALK_NOT_PRESENT) {
		return page_fault(paging, gva, access, 0);
	}
	if (result == GUEST_WALK_NO_TABLE &&
	    guest_memory_contains(memory, found->at[found->level - 1], 1)) {
		return machine_check();
	}
	return page_fault(paging, gva, access, PF_P | PF_RSVD);
}

/*
 * Sets flags in the entry at gpa. False: it is not entry any more. In memory
 * that the guest may only read they are lost.
 */
static bool set_flags(struct guest_memory *memory, gpa_t gpa, u64 entry,
		      u64 flags, bool is_4_bytes)
{
	void *slot = guest_memory_at_to_write(memory, gpa);
	u32 entry32 = (u32)entry;

	if (slot == NULL) {
		return true;
	}
	if (is_4_bytes) {
		return __atomic_compare_exchange_n(
			(u32 *)slot, &entry32, entry32 | (u32)flags, false,
			__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	}
	return __atomic_compare_exchange_n((u64 *)slot, &entry, entry | flags,
					   false, __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST);
}

/*
 * Marks the entries that a walk used as accessed: those that led to another
 * table and, unless the access faults, the one of the page, which becomes
 * dirty by a write. False: another CPU has changed one of them, and what the
 * walk found holds no more. SDM: "Accessed and Dirty Flags".
 */
static bool mark_entries(struct guest_memory *memory,
			 const struct guest_translation *found, bool faults,
			 bool write)
{
	/* A PDPTE of PAE paging has no such flags. */
	unsigned int level = found->levels == 3 ? 2 : found->levels;

	for (; level > found->level || (level == found->level && !faults);
	     level--) {
		u64 entry = found->entry[level - 1];
		u64 flags = PAGE_ACCESSED;

		if (write && level == found->level) {
			flags |= PAGE_DIRTY;
		}
		if ((entry & flags) != flags &&
		    !set_flags(memory, found->at[level - 1], entry, flags,
			       found->levels == 2)) {
			return false;
		}
	}
	return true;
}

/* One walk, and its fault if the access is not allowed. */
static bool walk_once(struct guest_memory *memory,
		      const struct guest_paging_state *paging, gva_t gva,
		      enum guest_access access, struct guest_translation *found,
		      struct guest_fault *fault)
{
	enum guest_walk_result result = guest_walk(memory, paging, gva, found);

	if (result != GUEST_WALK_MAPPED) {
		*fault = walk_fault(memory, paging, gva, access, result, found);
		return false;
	}
	u32 violation = found->levels == 0
				? 0
				: guest_rights_violation(paging, found, access);

	if (violation != 0) {
		*fault = page_fault(paging, gva, access, violation);
		return false;
	}
	return true;
}

static bool are_marked(const struct guest_translation *found, bool write)
{
	return (found->all & PAGE_ACCESSED) != 0 &&
	       (!write || (found->entry[found->level - 1] & PAGE_DIRTY) != 0);
}

bool guest_linear_translate(struct guest_memory *memory,
			    const struct guest_paging_state *paging, gva_t gva,
			    enum guest_access access, gpa_t *gpa,
			    struct guest_fault *fault)
{
	bool write = guest_rights_is_write(access);
	struct guest_translation found;
	bool allowed;

	/* Before each turn but the first, another CPU has changed an entry. */
	do {
		allowed = walk_once(memory, paging, gva, access, &found, fault);
	} while (found.level != 0 && !are_marked(&found, write) &&
		 !mark_entries(memory, &found, !allowed, write));
	if (allowed) {
		*gpa = found.gpa;
	}
	return allowed;
}

/* The part of a range that lies in one page. */
struct piece {
	u8 *at; /* its backing; NULL: it is no guest RAM, or not to be written
		 */
	size_t size;
};

static bool find_piece(struct guest_memory *memory,
		       const struct guest_paging_state *paging, gva_t gva,
		       size_t size, enum guest_access access,
		       struct piece *piece, struct guest_fault *fault)
{
	bool missing;
	gpa_t gpa;

	if (!guest_linear_translate(memory, paging, gva, access, &gpa, fault)) {
		return false;
	}
	piece->size = size;
	if (guest_rights_is_write(access)) {
		piece->at = guest_memory_at_to_write(memory, gpa);
		missing = piece->at == NULL &&
			  guest_memory_may_write(memory, gpa, 1);
	} else {
		piece->at = guest_memory_at(memory, gpa);
		missing = piece->at == NULL &&
			  guest_memory_contains(memory, gpa, 1);
	}
	if (missing) {
		*fault = machine_check();
	}
	return !missing;
}

/* How many pieces the range has, 1 or 2; 0: one of them faults. */
static unsigned int find_pieces(struct guest_memory *memory,
				const struct guest_paging_state *paging,
				gva_t gva, size_t size,
				enum guest_access access,
				struct piece pieces[2],
				struct guest_fault *fault)
{
	size_t first = min_u64(size, EPT_PAGE_SIZE - gva % EPT_PAGE_SIZE);

	if (!find_piece(memory, paging, gva, first, access, &pieces[0],
			fault)) {
		return 0;
	}
	if (first == size) {
		return 1;
	}
	return find_piece(memory, paging, gva + first, size - first, access,
			  &pieces[1], fault)
		       ? 2
		       : 0;
}

bool guest_linear_read(struct guest_memory *memory,
		       const struct guest_paging_state *paging, gva_t gva,
		       void *buffer, size_t size, enum guest_access access,
		       struct guest_fault *fault)
{
	struct piece pieces[2];
	unsigned int count =
		find_pieces(memory, paging, gva, size, access, pieces, fault);
	u8 *to = buffer;

	for (unsigned int i = 0; i < count; to += pieces[i++].size) {
		if (pieces[i].at != NULL) {
			memcpy(to, pieces[i].at, pieces[i].size);
		} else {
			memset(to, 0xff, pieces[i].size);
		}
	}
	return count != 0;
}

bool guest_linear_write(struct guest_memory *memory,
			const struct guest_paging_state *paging, gva_t gva,
			const void *buffer, size_t size,
			enum guest_access access, struct guest_fault *fault)
{
	struct piece pieces[2];
	unsigned int count =
		find_pieces(memory, paging, gva, size, access, pieces, fault);
	const u8 *from = buffer;

	for (unsigned int i = 0; i < count; from += pieces[i++].size) {
		if (pieces[i].at != NULL) {
			memcpy(pieces[i].at, from, pieces[i].size);
		}
	}
	return count != 0;
}
