/*
 * modules: h4-exits/memory/guest_locate.c h3-ept/guest_memory.c h3-ept/ept.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept_check.c tests/unit/fake_frames.c
 */
#include "fake_frames.h"
#include "memory/guest_locate.h"
#include "unit.h"

#define RAM  MIB(4)
#define CR3  0x1000u
#define CODE 0xffff800000201000ull

static struct ept ept;
static struct guest_memory memory;
static struct guest_location location;

static void put(gpa_t at, u64 entry)
{
	CHECK(guest_memory_write(&memory, at, &entry, sizeof(entry)));
}

/* CODE is the page at 0x7000, which begins with what. */
static void make_memory(u8 what)
{
	const u64 capabilities = EPT_CAP_WALK_LENGTH_4 | EPT_CAP_TABLES_WB |
				 EPT_CAP_2M_PAGES | EPT_CAP_INVEPT |
				 EPT_CAP_INVEPT_SINGLE;

	if (memory.size == 0) {
		CHECK(!failed(ept_init(&ept, capabilities, 48)));
		CHECK(!failed(guest_memory_init(&memory, &ept, RAM, false)));
	}
	guest_memory_zero(&memory, 0, RAM);
	location.bytes = NULL;
	put(CR3 + 256 * 8, 0x2000 | PAGE_PRESENT);
	put(0x2000, 0x3000 | PAGE_PRESENT);
	put(0x3008, 0x4000 | PAGE_PRESENT);
	put(0x4008, 0x7000 | PAGE_PRESENT);
	put(0x7000, what);
}

static const u8 *locate(u64 cr3, gva_t gva)
{
	return guest_locate(&location, &memory, cr3, gva);
}

static void finds_a_page_and_remembers_it(void)
{
	make_memory(0x11);
	const u8 *bytes = locate(CR3, CODE + 0x123);

	CHECK(bytes != NULL && bytes[0] == 0x11);
	CHECK(guest_location_holds(&location));
	CHECK(locate(CR3, CODE) == bytes);
}

/* The guest has its page elsewhere now; no INVLPG tells of it. */
static void notices_each_entry_that_changes(void)
{
	const gpa_t entries[] = {CR3 + 256 * 8, 0x2000, 0x3008, 0x4008};

	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		make_memory(0x11);
		CHECK(locate(CR3, CODE) != NULL);
		put(entries[i], 0);
		CHECK(locate(CR3, CODE) == NULL);
	}
	make_memory(0x11);
	CHECK(locate(CR3, CODE) != NULL);
	put(0x8000, 0x22);
	put(0x4008, 0x8000 | PAGE_PRESENT);
	const u8 *bytes = locate(CR3, CODE);

	CHECK(bytes != NULL && bytes[0] == 0x22);
}

static void tells_address_spaces_and_pages_apart(void)
{
	make_memory(0x11);
	put(0x8000, 0x22);
	put(0x4010, 0x8000 | PAGE_PRESENT);
	CHECK(locate(CR3, CODE) != NULL);
	const u8 *other = locate(CR3, CODE + 0x1000);

	CHECK(other != NULL && other[0] == 0x22);
	CHECK(locate(0x9000, CODE) == NULL);
}

static void goes_through_large_pages(void)
{
	make_memory(0);
	put(0x3008, 0x200000 | PAGE_LARGE | PAGE_PRESENT);
	put(0x201000, 0x33);
	const u8 *bytes = locate(CR3, CODE);

	CHECK(bytes != NULL && bytes[0] == 0x33);
}

/* Whatever the guest's tables say, nothing outside of its RAM is touched. */
static void tables_and_pages_outside_of_ram_are_none(void)
{
	make_memory(0);
	put(0x4008, RAM | PAGE_PRESENT);
	CHECK(locate(CR3, CODE) == NULL);
	put(0x3008, 0x000ffffffffff000 | PAGE_PRESENT);
	CHECK(locate(CR3, CODE) == NULL);
	CHECK(locate(0x000ffffffffff000, CODE) == NULL);
}

/* A region may go, and its frames become another's. */
static void nothing_is_remembered_of_memory_that_may_go(void)
{
	const struct guest_region_wish wish = {
		.gpa = GIB(1),
		.size = KIB(8),
		.rights = EPT_READ | EPT_WRITE,
	};

	for (int round = 0; round < 2; round++) {
		make_memory(0);
		CHECK(!failed(guest_memory_add_region(&memory, &wish)));
		/* The page itself lies there, or the table that names it. */
		put(round == 0 ? 0x4008 : 0x3008, GIB(1) | PAGE_PRESENT);
		put(GIB(1), 0x33);
		put(GIB(1) + 8, 0x7000 | PAGE_PRESENT);
		const u8 *bytes = locate(CR3, CODE);

		CHECK(bytes != NULL && bytes[0] == (round == 0 ? 0x33 : 0));
		CHECK(locate(CR3, CODE) == bytes);
		CHECK(location.bytes == NULL);
		CHECK(!failed(guest_memory_remove_region(&memory, GIB(1))));
		CHECK(locate(CR3, CODE) == NULL);
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(finds_a_page_and_remembers_it),
	UNIT_TEST(notices_each_entry_that_changes),
	UNIT_TEST(tells_address_spaces_and_pages_apart),
	UNIT_TEST(goes_through_large_pages),
	UNIT_TEST(tables_and_pages_outside_of_ram_are_none),
	UNIT_TEST(nothing_is_remembered_of_memory_that_may_go),
};

int main(void)
{
	return UNIT_RUN(tests);
}
