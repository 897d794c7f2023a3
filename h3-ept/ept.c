#include "ept.h"
#include "ept_check.h"
#include "ept_entry.h"
#include "lib/string.h"
#include "memory/frames.h"

/* Of the EPTP; its lowest bits hold the memory type of the tables. */
#define EPTP_WALK_LENGTH_SHIFT 3u
#define EPTP_ACCESSED_DIRTY    BIT(6)

/* A CPU reads the tables while we write them: each entry changes at once. */
static void entry_set(u64 *entry, u64 value)
{
	__atomic_store_n(entry, value, __ATOMIC_RELEASE);
}

static hpa_t table_new(struct ept *ept)
{
	hpa_t table = frames_alloc_zeroed(FRAME_ORDER_4K);

	if (table != FRAME_NONE) {
		ept->tables++;
	}
	return table;
}

struct error ept_support(u64 ept_vpid_cap)
{
	if (!(ept_vpid_cap & EPT_CAP_WALK_LENGTH_4)) {
		return failure("the CPU's EPT has no 4-level page walk, "
			       "IA32_VMX_EPT_VPID_CAP",
			       ept_vpid_cap);
	}
	if (!(ept_vpid_cap & (EPT_CAP_TABLES_WB | EPT_CAP_TABLES_UC))) {
		return failure("the CPU's EPT tables can be neither write-back "
			       "nor uncacheable, IA32_VMX_EPT_VPID_CAP",
			       ept_vpid_cap);
	}
	if (!(ept_vpid_cap & EPT_CAP_INVEPT) ||
	    !(ept_vpid_cap & (EPT_CAP_INVEPT_SINGLE | EPT_CAP_INVEPT_ALL))) {
		return failure("the CPU has no INVEPT, IA32_VMX_EPT_VPID_CAP",
			       ept_vpid_cap);
	}
	return SUCCESS;
}

struct error ept_init(struct ept *ept, u64 ept_vpid_cap, unsigned int bits)
{
	struct error error = ept_support(ept_vpid_cap);

	*ept = (struct ept){
		.capabilities = ept_vpid_cap, .bits = bits, .generation = 1};

	if (failed(error)) {
		return error;
	}
	if (bits < 32 || bits > 52) {
		return failure("the physical-address width is none that a CPU "
			       "can have",
			       bits);
	}
	ept->root = table_new(ept);
	if (ept->root == FRAME_NONE) {
		return failure("no memory for an EPT table, free frames", 0);
	}
	return SUCCESS;
}

static void free_table(struct ept *ept, hpa_t table, unsigned int level)
{
	const u64 *entries = phys_to_virt(table);

	for (unsigned int i = 0; level > 1 && i < EPT_ENTRIES; i++) {
		if (ept_entry_present(entries[i]) &&
		    !ept_entry_is_leaf(entries[i], level)) {
			free_table(ept, entries[i] & EPT_ENTRY_ADDRESS,
				   level - 1);
		}
	}
	frames_free(table, FRAME_ORDER_4K);
	ept->tables--;
}

void ept_destroy(struct ept *ept)
{
	free_table(ept, ept->root, EPT_LEVELS);
	*ept = (struct ept){.root = FRAME_NONE};
}

/* The last entry on the way to gpa: one that maps it, or is not present. */
static u64 *find_entry(const struct ept *ept, gpa_t gpa, unsigned int *level)
{
	u64 *table = phys_to_virt(ept->root);

	for (*level = EPT_LEVELS;; (*level)--) {
		u64 *entry = &table[ept_entry_index(gpa, *level)];

		if (!ept_entry_present(*entry) ||
		    ept_entry_is_leaf(*entry, *level)) {
			return entry;
		}
		table = ept_entry_table(*entry);
	}
}

/* Where the part of the address space ends that gpa's last entry speaks for. */
static gpa_t entry_end(gpa_t gpa, unsigned int level)
{
	return ALIGN_DOWN(gpa, ept_entry_size(level)) + ept_entry_size(level);
}

static struct error check_free(const struct ept *ept, gpa_t gpa, gpa_t end)
{
	unsigned int level;

	for (; gpa < end; gpa = entry_end(gpa, level)) {
		if (ept_entry_present(*find_entry(ept, gpa, &level))) {
			return failure("guest-physical address mapped already",
				       gpa);
		}
	}
	return SUCCESS;
}

/* Can one entry of the level map the beginning of what is left to map? */
static bool leaf_fits(const struct ept *ept, unsigned int level, gpa_t gpa,
		      hpa_t hpa, u64 size)
{
	static const u64 needed[] = {0, EPT_CAP_2M_PAGES, EPT_CAP_1G_PAGES};

	return level <= ARRAY_SIZE(needed) &&
	       (ept->capabilities & needed[level - 1]) == needed[level - 1] &&
	       IS_ALIGNED(gpa | hpa, ept_entry_size(level)) &&
	       size >= ept_entry_size(level);
}

/* Maps one page, as large as can be; returns its size, or 0 without memory. */
static u64 map_page(struct ept *ept, gpa_t gpa, hpa_t hpa, u64 size, u64 bits)
{
	for (;;) {
		unsigned int level;
		u64 *entry = find_entry(ept, gpa, &level);

		if (leaf_fits(ept, level, gpa, hpa, size)) {
			if (level > 1) {
				bits |= EPT_ENTRY_PAGE;
			}
			entry_set(entry, hpa | bits);
			ept->leaves[level - 1]++;
			return ept_entry_size(level);
		}
		hpa_t table = table_new(ept);

		if (table == FRAME_NONE) {
			return 0;
		}
		entry_set(entry, table | EPT_RWX);
	}
}

/* Makes what is mapped in a range not present; pages lie in it wholly. */
static void clear_range(struct ept *ept, gpa_t gpa, gpa_t end)
{
	unsigned int level;

	for (; gpa < end; gpa = entry_end(gpa, level)) {
		u64 *entry = find_entry(ept, gpa, &level);

		if (ept_entry_present(*entry)) {
			entry_set(entry, 0);
			ept->leaves[level - 1]--;
		}
	}
}

struct error ept_map(struct ept *ept, gpa_t gpa, hpa_t hpa, u64 size,
		     u64 rights, enum ept_memory_type type)
{
	struct error checks[] = {
		ept_check_range(gpa, size),
		ept_check_host_range(ept, hpa, size),
		ept_check_rights(ept, rights),
		ept_check_type(type),
	};

	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		if (failed(checks[i])) {
			return checks[i];
		}
	}
	struct error taken = check_free(ept, gpa, gpa + size);

	if (failed(taken)) {
		return taken;
	}
	u64 bits = rights | (u64)type << EPT_ENTRY_TYPE_SHIFT;

	for (u64 done = 0; done < size;) {
		u64 page = map_page(ept, gpa + done, hpa + done, size - done,
				    bits);

		if (page == 0) {
			clear_range(ept, gpa, gpa + done);
			ept->generation++;
			return failure("no memory for an EPT table, mapping",
				       gpa + done);
		}
		done += page;
	}
	return SUCCESS;
}

/* Replaces a large page by 512 pages of the next size, which mean the same. */
static bool split_page(struct ept *ept, u64 *entry, unsigned int level)
{
	hpa_t table = table_new(ept);

	if (table == FRAME_NONE) {
		return false;
	}
	u64 *pages = phys_to_virt(table);
	u64 first = level == 2 ? *entry & ~EPT_ENTRY_PAGE : *entry;

	for (unsigned int i = 0; i < EPT_ENTRIES; i++) {
		pages[i] = first + i * ept_entry_size(level - 1);
	}
	entry_set(entry, table | EPT_RWX);
	ept->leaves[level - 1]--;
	ept->leaves[level - 2] += EPT_ENTRIES;
	ept->generation++;
	return true;
}

/* Splits pages until none reaches from below an address to above it. */
static bool split_at(struct ept *ept, gpa_t gpa)
{
	for (;;) {
		unsigned int level;
		u64 *entry = find_entry(ept, gpa, &level);

		if (!ept_entry_present(*entry) ||
		    IS_ALIGNED(gpa, ept_entry_size(level))) {
			return true;
		}
		if (!split_page(ept, entry, level)) {
			return false;
		}
	}
}

/* Checks a range, and lets its ends be ends of pages. */
static struct error cut_out(struct ept *ept, gpa_t gpa, u64 size)
{
	struct error error = ept_check_range(gpa, size);

	if (failed(error)) {
		return error;
	}
	if (!split_at(ept, gpa) || !split_at(ept, gpa + size)) {
		return failure("no memory for an EPT table, splitting a page "
			       "of the range at",
			       gpa);
	}
	return SUCCESS;
}

struct error ept_unmap(struct ept *ept, gpa_t gpa, u64 size)
{
	struct error error = cut_out(ept, gpa, size);

	if (!failed(error)) {
		clear_range(ept, gpa, gpa + size);
		ept->generation++;
	}
	return error;
}

struct error ept_protect(struct ept *ept, gpa_t gpa, u64 size, u64 rights)
{
	struct error error = ept_check_rights(ept, rights);
	gpa_t end = gpa + size;
	unsigned int level;
	u64 lost = 0;

	if (!failed(error)) {
		error = cut_out(ept, gpa, size);
	}
	if (failed(error)) {
		return error;
	}
	for (; gpa < end; gpa = entry_end(gpa, level)) {
		u64 *entry = find_entry(ept, gpa, &level);

		if (ept_entry_present(*entry)) {
			lost |= *entry & EPT_ENTRY_RIGHTS & ~rights;
			entry_set(entry, (*entry & ~EPT_ENTRY_RIGHTS) | rights);
		}
	}
	if (lost != 0) {
		ept->generation++;
	}
	return SUCCESS;
}

u64 ept_pointer(const struct ept *ept)
{
	u64 pointer = ept->root | (EPT_LEVELS - 1) << EPTP_WALK_LENGTH_SHIFT;

	pointer |= ept->capabilities & EPT_CAP_TABLES_WB ? EPT_WB : EPT_UC;
	if (ept->capabilities & EPT_CAP_ACCESSED_DIRTY) {
		pointer |= EPTP_ACCESSED_DIRTY;
	}
	return pointer;
}
