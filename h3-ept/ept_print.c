#include "ept_print.h"
#include "ept_entry.h"
#include "ept_walk.h"

typedef void print_function(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

/* Pages that go on where the one before ended. */
struct run {
	gpa_t gpa;
	u64 first; /* the first page's entry */
	unsigned int level;
	u64 pages; /* 0: there is no run yet */
};

static const char *const size_names[] = {"4K", "2M", "1G"};

static const char *type_name(enum ept_memory_type type)
{
	switch (type) {
	case EPT_UC:
		return "UC";
	case EPT_WC:
		return "WC";
	case EPT_WT:
		return "WT";
	case EPT_WP:
		return "WP";
	case EPT_WB:
		return "WB";
	}
	return "reserved type";
}

static void print_run(const struct run *run, print_function *print)
{
	if (run->pages == 0) {
		return;
	}
	u64 size = run->pages * ept_entry_size(run->level);
	u64 address_mask =
		EPT_ENTRY_ADDRESS & ~(ept_entry_size(run->level) - 1);

	print("gpa 0x%012lx-0x%012lx -> hpa 0x%012lx %c%c%c %s %lu x %s\n",
	      run->gpa, run->gpa + size - 1, run->first & address_mask,
	      run->first & EPT_READ ? 'r' : '-',
	      run->first & EPT_WRITE ? 'w' : '-',
	      run->first & EPT_EXECUTE ? 'x' : '-',
	      type_name(ept_entry_type(run->first)), run->pages,
	      size_names[run->level - 1]);
}

/* Does a page continue the run? Its entry then differs in the address only. */
static bool continues(const struct run *run, gpa_t gpa, u64 entry,
		      unsigned int level)
{
	const u64 compared = EPT_ENTRY_ADDRESS | EPT_ENTRY_RIGHTS |
			     EPT_ENTRY_TYPE | EPT_ENTRY_PAT_IGNORE;
	u64 size = run->pages * ept_entry_size(run->level);

	return run->pages > 0 && run->level == level &&
	       run->gpa + size == gpa &&
	       (run->first & compared) + size == (entry & compared);
}

static void print_table(const u64 *table, gpa_t gpa, unsigned int level,
			struct run *run, print_function *print)
{
	for (unsigned int i = 0; i < EPT_ENTRIES;
	     i++, gpa += ept_entry_size(level)) {
		u64 entry = table[i];

		if (!ept_entry_present(entry)) {
			continue;
		}
		if (!ept_entry_is_leaf(entry, level)) {
			print_table(ept_entry_table(entry), gpa, level - 1, run,
				    print);
		} else if (continues(run, gpa, entry, level)) {
			run->pages++;
		} else {
			print_run(run, print);
			*run = (struct run){.gpa = gpa,
					    .first = entry,
					    .level = level,
					    .pages = 1};
		}
	}
}

void ept_print(const struct ept *ept, print_function *print)
{
	struct run run = {.pages = 0};

	print_table(phys_to_virt(ept->root), 0, EPT_LEVELS, &run, print);
	print_run(&run, print);
	print("%lu tables; pages of 1G: %lu, of 2M: %lu, of 4K: %lu\n",
	      ept->tables, ept->leaves[2], ept->leaves[1], ept->leaves[0]);
}

void ept_print_translation(const struct ept *ept, gpa_t gpa,
			   void (*print)(const char *fmt, ...)
				   __attribute__((format(printf, 1, 2))))
{
	struct ept_translation found;
	enum ept_walk_result result = ept_walk(ept, gpa, 0, &found);

	for (unsigned int level = EPT_LEVELS; level >= found.level; level--) {
		print("  %-10s %016lx\n", ept_walk_level_name(level),
		      found.entry[level - 1]);
	}
	if (result == EPT_WALK_MISCONFIGURATION) {
		print("gpa %#lx: misconfigured, the last entry %s\n", gpa,
		      found.broken_rule);
	} else if (!found.mapped) {
		print("gpa %#lx is not mapped\n", gpa);
	} else {
		print("gpa %#lx -> hpa %#lx, a page of %lu KiB, %c%c%c\n", gpa,
		      found.hpa, found.page_size / KIB(1),
		      found.rights & EPT_READ ? 'r' : '-',
		      found.rights & EPT_WRITE ? 'w' : '-',
		      found.rights & EPT_EXECUTE ? 'x' : '-');
	}
}
