#include "guest_walk.h"
#include "cpu/registers.h"

#define PAGE_SHIFT 12u

#define ADDRESS_64   0x000ffffffffff000ull
#define CR3_PAE	     0xffffffe0ull
#define CR3_32	     0xfffff000ull
#define ADDRESS_BITS 52u

/* The bits of a large page's address that lie below its size, but for PAT. */
#define LARGE_RESERVED(page_size) (((page_size)-1) & ~0x1fffull)

/* A 4 MiB page's address: bits 31:22, and 39:32 in bits 20:13, "PSE-36". */
#define PDE_4M_LOW	  0xffc00000ull
#define PDE_4M_HIGH	  0x001fe000ull
#define PDE_4M_HIGH_SHIFT 19
#define PDE_4M_RESERVED	  0x003fe000ull /* where no bits of an address are */
#define PSE36_BITS	  40u

/* How the tables of one paging mode are laid out. */
struct layout {
	unsigned int index_bits; /* of a linear address, for each table */
	unsigned int entry_size; /* bytes */
	unsigned int large_to;	 /* up to this level entries may map pages */
	u64 reserved;		 /* bits that are 0 in every entry */
	u64 reserved_4m;	 /* and in one of a 4 MiB page */
};

/* A walk on its way down. */
struct walk {
	struct guest_memory *memory;
	gva_t gva;
	gpa_t table; /* the next one */
	struct guest_translation *out;
	enum guest_walk_result result;
};

/* Bits max .. 51: an entry must not name memory that the CPU cannot address. */
static u64 beyond(unsigned int max)
{
	return BIT(ADDRESS_BITS) - BIT(max);
}

static u64 reserved_everywhere(const struct guest_paging_state *paging)
{
	return beyond(paging->maxphyaddr) |
	       ((paging->efer & EFER_NXE) != 0 ? 0 : PAGE_XD);
}

/*
 * A walk is on the path of many exits. Inlined, its levels, its layout's
 * numbers and struct walk are constants and registers.
 *
 * An entry is read once, for the guest's other CPUs may write to it meanwhile.
 */
INLINED u64 read_entry(const void *slot, unsigned int size)
{
	return size == 8 ? *(const volatile u64 *)slot
			 : *(const volatile u32 *)slot;
}

INLINED bool end_walk(struct walk *walk, enum guest_walk_result result,
		      unsigned int level)
{
	walk->out->level = level;
	walk->result = result;
	return true;
}

INLINED bool end_at_page(struct walk *walk, const struct layout *layout,
			 u64 entry, unsigned int level, u64 size)
{
	gpa_t page = entry & ADDRESS_64 & ~(size - 1);
	u64 reserved = LARGE_RESERVED(size);

	if (layout->entry_size == 4 && level == 2) {
		page = (entry & PDE_4M_LOW) | (entry & PDE_4M_HIGH)
						      << PDE_4M_HIGH_SHIFT;
		reserved = layout->reserved_4m;
	}
	if ((entry & reserved) != 0) {
		return end_walk(walk, GUEST_WALK_RESERVED_BIT, level);
	}
	walk->out->page_size = size;
	walk->out->gpa = page | (walk->gva & (size - 1));
	return end_walk(walk, GUEST_WALK_MAPPED, level);
}

/* Looks at the entry of one level. True: the walk ends there. */
INLINED bool visit(struct walk *walk, const struct layout *layout,
		   unsigned int level)
{
	unsigned int shift = PAGE_SHIFT + layout->index_bits * (level - 1);
	u64 index = walk->gva >> shift & (BIT(layout->index_bits) - 1);
	gpa_t at = walk->table + index * layout->entry_size;
	const void *slot = guest_memory_at(walk->memory, at);

	walk->out->at[level - 1] = at;
	if (slot == NULL) {
		walk->out->entry[level - 1] = 0;
		return end_walk(walk, GUEST_WALK_NO_TABLE, level);
	}
	u64 entry = read_entry(slot, layout->entry_size);

	walk->out->entry[level - 1] = entry;
	if ((entry & PAGE_PRESENT) == 0) {
		return end_walk(walk, GUEST_WALK_NOT_PRESENT, level);
	}
	if ((entry & layout->reserved) != 0) {
		return end_walk(walk, GUEST_WALK_RESERVED_BIT, level);
	}
	walk->out->all &= entry;
	walk->out->any |= entry;
	if (level == 1 ||
	    ((entry & PAGE_LARGE) != 0 && level <= layout->large_to)) {
		return end_at_page(walk, layout, entry, level, BIT(shift));
	}
	if (layout->entry_size == 8 && (entry & PAGE_LARGE) != 0) {
		return end_walk(walk, GUEST_WALK_RESERVED_BIT, level);
	}
	walk->table = entry & ADDRESS_64;
	return false;
}

INLINED void walk_32_bit(struct walk *walk,
			 const struct guest_paging_state *paging)
{
	unsigned int bits =
		(unsigned int)min_u64(paging->maxphyaddr, PSE36_BITS);
	const struct layout layout = {
		.index_bits = 10,
		.entry_size = 4,
		.large_to = (paging->cr4 & CR4_PSE) != 0 ? 2 : 1,
		.reserved_4m =
			PDE_4M_RESERVED & beyond(bits) >> PDE_4M_HIGH_SHIFT,
	};

	walk->gva = (u32)walk->gva;
	walk->table = paging->cr3 & CR3_32;
	walk->out->levels = 2;
	(void)(visit(walk, &layout, 2) || visit(walk, &layout, 1));
}

/* The CPU holds the first table's four entries, whatever memory says. */
INLINED void walk_pae(struct walk *walk,
		      const struct guest_paging_state *paging)
{
	unsigned int index = (u32)walk->gva >> 30;
	u64 entry = paging->pdpte[index];
	const struct layout layout = {
		.index_bits = 9,
		.entry_size = 8,
		.large_to = 2,
		.reserved = reserved_everywhere(paging) |
			    (PAGE_XD - BIT(ADDRESS_BITS)),
	};

	walk->gva = (u32)walk->gva;
	walk->table = entry & ADDRESS_64;
	walk->out->levels = 3;
	walk->out->entry[2] = entry;
	walk->out->at[2] = (paging->cr3 & CR3_PAE) + index * sizeof(entry);
	if ((entry & PAGE_PRESENT) == 0) {
		end_walk(walk, GUEST_WALK_NOT_PRESENT, 3);
		return;
	}
	(void)(visit(walk, &layout, 2) || visit(walk, &layout, 1));
}

INLINED void walk_ia32e(struct walk *walk,
			const struct guest_paging_state *paging)
{
	const struct layout layout = {
		.index_bits = 9,
		.entry_size = 8,
		.large_to = paging->pages_1g ? 3 : 2,
		.reserved = reserved_everywhere(paging),
	};
	unsigned int levels = (paging->cr4 & CR4_LA57) != 0 ? 5 : 4;

	walk->table = paging->cr3 & ADDRESS_64;
	walk->out->levels = levels;
	if (!guest_walk_is_canonical(walk->gva,
				     PAGE_SHIFT + layout.index_bits * levels)) {
		end_walk(walk, GUEST_WALK_NOT_CANONICAL, 0);
		return;
	}
	(void)((levels == 5 && visit(walk, &layout, 5)) ||
	       visit(walk, &layout, 4) || visit(walk, &layout, 3) ||
	       visit(walk, &layout, 2) || visit(walk, &layout, 1));
}

enum guest_walk_result guest_walk(struct guest_memory *memory,
				  const struct guest_paging_state *paging,
				  gva_t gva, struct guest_translation *out)
{
	struct walk walk = {.memory = memory, .gva = gva, .out = out};

	out->all = UINT64_MAX;
	out->any = 0;
	if ((paging->cr0 & CR0_PG) == 0) {
		out->levels = 0;
		out->gpa = (u32)gva;
		out->page_size = EPT_PAGE_SIZE;
		end_walk(&walk, GUEST_WALK_MAPPED, 0);
	} else if ((paging->efer & EFER_LMA) != 0) {
		walk_ia32e(&walk, paging);
	} else if ((paging->cr4 & CR4_PAE) != 0) {
		walk_pae(&walk, paging);
	} else {
		walk_32_bit(&walk, paging);
	}
	return walk.result;
}

/* Where gva lies in guest RAM, and how many of size bytes follow it there. */
static bool piece(struct guest_memory *memory,
		  const struct guest_paging_state *paging, gva_t gva,
		  size_t size, gpa_t *gpa, size_t *length)
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
		     const struct guest_paging_state *paging, gva_t gva,
		     void *to, size_t size)
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
		      const struct guest_paging_state *paging, gva_t gva,
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
