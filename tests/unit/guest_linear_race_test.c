/*
 * Another CPU changes an entry between the walk and the setting of its flags.
 * The walk is this file's own, and sees what memory held before.
 *
 * modules: h4-exits/memory/guest_linear.c h4-exits/memory/guest_rights.c
 * modules: h3-ept/guest_memory.c h3-ept/ept.c h3-ept/ept_check.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: tests/unit/fake_frames.c
 */
#include "linear_fixture.h"

#define TABLE_ENTRY 0x2000
#define PAGE_ENTRY  0x4000
#define OLD_PAGE    (0x8000 | PAGE_PRESENT)
#define NEW_PAGE    (0x9000 | PAGE_PRESENT)

static unsigned int walks;
static unsigned int entry_size;

/* The first walk sees the old page, whatever memory says. */
enum guest_walk_result guest_walk(struct guest_memory *ram,
				  const struct guest_paging_state *paging,
				  gva_t gva, struct guest_translation *out)
{
	u64 table = get(TABLE_ENTRY, entry_size);
	u64 page = walks == 0 ? OLD_PAGE : get(PAGE_ENTRY, entry_size);

	(void)paging;
	CHECK(ram == &memory);
	walks++;
	*out = (struct guest_translation){
		.levels = entry_size == 4 ? 2 : 4,
		.level = 1,
		.entry = {page, table, table, table},
		.at = {PAGE_ENTRY, TABLE_ENTRY, TABLE_ENTRY, TABLE_ENTRY},
		.all = page & table,
		.any = page | table,
		.gpa = (page & ~0xfffull) + gva % KIB(4),
		.page_size = KIB(4),
	};
	return GUEST_WALK_MAPPED;
}

static void a_changed_entry_is_walked_again(void)
{
	static const unsigned int sizes[] = {4, 8};
	const struct guest_paging_state paging = {.cr0 = CR0_PE | CR0_PG};
	struct guest_fault fault;
	gpa_t gpa = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		entry_size = sizes[i];
		walks = 0;
		make_memory();
		put(TABLE_ENTRY,
		    PAGE_ENTRY | PAGE_PRESENT | PAGE_WRITE | PAGE_ACCESSED, 8);
		put(PAGE_ENTRY, NEW_PAGE, 8);
		put(PAGE_ENTRY + 4, entry_size == 4 ? 0x1234 : 0, 4);
		CHECK(guest_linear_translate(&memory, &paging, 0xabc,
					     GUEST_WRITE, &gpa, &fault));
		CHECK_EQ(walks, 2);
		CHECK_EQ(gpa, 0x9abc);
		CHECK_EQ(get(PAGE_ENTRY, 4),
			 NEW_PAGE | PAGE_ACCESSED | PAGE_DIRTY);
		CHECK_EQ(get(PAGE_ENTRY + 4, 4), entry_size == 4 ? 0x1234 : 0);
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(a_changed_entry_is_walked_again),
};

int main(void)
{
	return UNIT_RUN(tests);
}
