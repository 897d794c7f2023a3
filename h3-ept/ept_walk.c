#include "ept_walk.h"
#include "ept_check.h"
#include "ept_entry.h"

const char *ept_walk_level_name(unsigned int level)
{
	static const char *const names[EPT_LEVELS] = {
		"EPT PTE",
		"EPT PDE",
		"EPT PDPTE",
		"EPT PML4E",
	};

	return names[level - 1];
}

/* Bits that must be 0, as far as they depend on the level alone. */
static u64 reserved_bits(const struct ept *ept, u64 entry, unsigned int level)
{
	u64 beyond = EPT_ENTRY_ADDRESS & ~(BIT(ept->bits) - 1);
	u64 page = 0;

	if (ept_entry_is_leaf(entry, level)) {
		/* The address bits within the page. */
		return beyond |
		       (EPT_ENTRY_ADDRESS & (ept_entry_size(level) - 1));
	}
	if (level == 4) {
		page = EPT_ENTRY_PAGE;
	}
	return beyond | page | EPT_ENTRY_PAT_IGNORE | EPT_ENTRY_TYPE;
}

static bool page_size_offered(const struct ept *ept, unsigned int level)
{
	switch (level) {
	case 3:
		return (ept->capabilities & EPT_CAP_1G_PAGES) != 0;
	case 2:
		return (ept->capabilities & EPT_CAP_2M_PAGES) != 0;
	default:
		return true;
	}
}

const char *ept_walk_broken_rule(const struct ept *ept, u64 entry,
				 unsigned int level)
{
	u64 rights = entry & EPT_ENTRY_RIGHTS;
	bool leaf = ept_entry_is_leaf(entry, level);

	if ((rights & EPT_WRITE) && !(rights & EPT_READ)) {
		return "can be written but not read";
	}
	if (rights == EPT_EXECUTE &&
	    !(ept->capabilities & EPT_CAP_EXECUTE_ONLY)) {
		return "can be executed but not read, which this CPU lacks";
	}
	if (leaf && !page_size_offered(ept, level)) {
		return "maps a page of a size that this CPU lacks";
	}
	if (entry & reserved_bits(ept, entry, level)) {
		return "has a reserved bit set";
	}
	if (leaf && failed(ept_check_type(ept_entry_type(entry)))) {
		return "has a reserved memory type";
	}
	return NULL;
}

static void describe_page(struct ept_translation *out, gpa_t gpa, u64 entry)
{
	u64 size = ept_entry_size(out->level);

	out->mapped = true;
	out->page_size = size;
	out->hpa = (entry & EPT_ENTRY_ADDRESS) | (gpa & (size - 1));
	out->type = ept_entry_type(entry);
}

enum ept_walk_result ept_walk(const struct ept *ept, gpa_t gpa, u64 access,
			      struct ept_translation *out)
{
	const u64 *table = phys_to_virt(ept->root);

	*out = (struct ept_translation){.level = EPT_LEVELS};
	if (gpa >> EPT_GPA_BITS) {
		return EPT_WALK_VIOLATION;
	}
	for (u64 rights = EPT_RWX;; out->level--) {
		u64 entry = table[ept_entry_index(gpa, out->level)];

		out->entry[out->level - 1] = entry;
		if (!ept_entry_present(entry)) {
			return EPT_WALK_VIOLATION;
		}
		out->broken_rule = ept_walk_broken_rule(ept, entry, out->level);
		if (out->broken_rule) {
			return EPT_WALK_MISCONFIGURATION;
		}
		rights &= entry;
		if (ept_entry_is_leaf(entry, out->level)) {
			describe_page(out, gpa, entry);
			out->rights = rights;
			return (access & ~rights) ? EPT_WALK_VIOLATION
						  : EPT_WALK_ALLOWED;
		}
		table = ept_entry_table(entry);
	}
}
