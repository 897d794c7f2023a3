#include "debug/guest_walk.h"
#include "cpu/registers.h"

#define PAGE_PRESENT BIT(0)
#define PAGE_LARGE   BIT(7)

#define ADDRESS_64     0x000ffffffffff000ull
#define CR3_PAE	       0xffffffe0ull
#define CR3_32	       0xfffff000ull
#define LINEAR_BITS    48u
#define PAE_CR3_LEVELS 3u

/* A 4 MiB page's address: bits 31:22, and 39:32 in bits 20:13, "PSE-36". */
#define PDE_4M_LOW	  0xffc00000ull
#define PDE_4M_HIGH	  0x001fe000ull
#define PDE_4M_HIGH_SHIFT 19

/* How one of the paging modes is laid out. */
struct layout {
	unsigned int levels;
	unsigned int index_bits; /* of a table below the root */
	unsigned int entry_size; /* bytes */
	unsigned int large_from; /* levels whose entries may map pages: 2 .. */
	unsigned int large_to;
	gpa_t root;
};

static bool choose_layout(const struct guest_paging *paging,
			  struct layout *layout)
{
	if ((paging->efer & EFER_LMA) != 0) {
		*layout = (struct layout){4, 9, 8,
					  2, 3, paging->cr3 & ADDRESS_64};
		return (paging->cr4 & CR4_LA57) == 0;
	}
	if ((paging->cr4 & CR4_PAE) != 0) {
		*layout = (struct layout){PAE_CR3_LEVELS,	9, 8, 2, 2,
					  paging->cr3 & CR3_PAE};
		return true;
	}
	*layout = (struct layout){2,
				  10,
				  4,
				  2,
				  (paging->cr4 & CR4_PSE) != 0 ? 2 : 1,
				  paging->cr3 & CR3_32};
	return true;
}

static bool is_canonical(gva_t gva)
{
	u64 upper = gva >> (LINEAR_BITS - 1);

	return upper == 0 || upper == UINT64_MAX >> (LINEAR_BITS - 1);
}

static bool is_page(const struct layout *layout, u64 entry, unsigned int level)
{
	return level == 1 ||
	       (level >= layout->large_from && level <= layout->large_to &&
		(entry & PAGE_LARGE) != 0);
}

static gpa_t address_in(const struct layout *layout, u64 entry,
			unsigned int level)
{
	if (layout->entry_size == 4 && level == 2 &&
	    is_page(layout, entry, level)) {
		return (entry & PDE_4M_LOW) | (entry & PDE_4M_HIGH)
						      << PDE_4M_HIGH_SHIFT;
	}
	return entry & ADDRESS_64;
}

static enum guest_walk_result walk_tables(struct guest_memory *memory,
					  const struct layout *layout,
					  gva_t gva,
					  struct guest_translation *out)
{
	gpa_t table = layout->root;

	for (unsigned int level = layout->levels;; level--) {
		unsigned int shift = 12 + layout->index_bits * (level - 1);
		u64 index = gva >> shift & (BIT(layout->index_bits) - 1);
		gpa_t at = table + index * layout->entry_size;
		u64 entry = 0;

		out->level = level;
		out->at[level - 1] = at;
		out->entry[level - 1] = 0;
		if (!guest_memory_read(memory, at, &entry,
				       layout->entry_size)) {
			return GUEST_WALK_NO_TABLE;
		}
		out->entry[level - 1] = entry;
		if ((entry & PAGE_PRESENT) == 0) {
			return GUEST_WALK_NOT_PRESENT;
		}
		table = address_in(layout, entry, level);
		if (is_page(layout, entry, level)) {
			out->page_size = BIT(shift);
			out->gpa = ALIGN_DOWN(table, out->page_size) |
				   (gva & (out->page_size - 1));
			return GUEST_WALK_MAPPED;
		}
	}
}

enum guest_walk_result guest_walk(struct guest_memory *memory,
				  const struct guest_paging *paging, gva_t gva,
				  struct guest_translation *out)
{
	struct layout layout;

	*out = (struct guest_translation){.levels = 0};
	if ((paging->cr0 & CR0_PG) == 0) {
		out->gpa = gva;
		out->page_size = EPT_PAGE_SIZE;
		return GUEST_WALK_MAPPED;
	}
	if (!choose_layout(paging, &layout)) {
		return GUEST_WALK_UNKNOWN_PAGING;
	}
	out->levels = layout.levels;
	if (layout.levels < GUEST_WALK_LEVELS) {
		gva = (u32)gva;
	} else if (!is_canonical(gva)) {
		return GUEST_WALK_NOT_CANONICAL;
	}
	return walk_tables(memory, &layout, gva, out);
}

/* Where gva lies in guest RAM, and how many of size bytes follow it there. */
static bool piece(struct guest_memory *memory,
		  const struct guest_paging *paging, gva_t gva, size_t size,
		  gpa_t *gpa, size_t *length)
{
	struct guest_translation found;

	if (guest_walk(memory, paging, gva, &found) != GUEST_WALK_MAPPED) {
		return false;
	}
	*gpa = found.gpa;
	*length =
		min_u64(size, found.page_size - (gva & (found.page_size - 1)));
	return true;
}

bool guest_walk_read(struct guest_memory *memory,
		     const struct guest_paging *paging, gva_t gva, void *to,
		     size_t size)
{
	size_t length;
	gpa_t gpa;

	for (size_t done = 0; done < size; done += length) {
		if (!piece(memory, paging, gva + done, size - done, &gpa,
			   &length) ||
		    !guest_memory_read(memory, gpa, (u8 *)to + done, length)) {
			return false;
		}
	}
	return true;
}

bool guest_walk_write(struct guest_memory *memory,
		      const struct guest_paging *paging, gva_t gva,
		      const void *from, size_t size)
{
	size_t length;
	gpa_t gpa;

	for (size_t done = 0; done < size; done += length) {
		if (!piece(memory, paging, gva + done, size - done, &gpa,
			   &length) ||
		    !guest_memory_write(memory, gpa, (const u8 *)from + done,
					length)) {
			return false;
		}
	}
	return true;
}
