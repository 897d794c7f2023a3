/*
 * modules: h3-ept/guest_walk.c h3-ept/guest_memory.c h3-ept/ept.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept_check.c tests/unit/fake_frames.c
 */
#include "cpu/registers.h"
#include "fake_frames.h"
#include "guest_walk.h"
#include "unit.h"

#define RAM	MIB(2)
#define PRESENT 1u
#define LARGE	0x80u

static struct ept ept;
static struct guest_memory memory;
static struct guest_translation found;

static void put(gpa_t at, u64 entry, u64 size)
{
	CHECK(guest_memory_write(&memory, at, &entry, size));
}

static void make_memory(void)
{
	const u64 capabilities = EPT_CAP_WALK_LENGTH_4 | EPT_CAP_TABLES_WB |
				 EPT_CAP_2M_PAGES | EPT_CAP_INVEPT |
				 EPT_CAP_INVEPT_SINGLE;

	if (memory.size == 0) {
		CHECK(!failed(ept_init(&ept, capabilities, 48)));
		CHECK(!failed(guest_memory_init(&memory, &ept, RAM, false)));
	}
	guest_memory_zero(&memory, 0, RAM);
}

static const struct guest_paging_state four_level = {
	.cr0 = CR0_PE | CR0_PG,
	.cr3 = 0x1000,
	.cr4 = CR4_PAE,
	.efer = EFER_LME | EFER_LMA | EFER_NXE,
	.maxphyaddr = 48,
	.pages_1g = true,
};

static void is_linear_without_paging(void)
{
	const struct guest_paging_state off = {.cr0 = CR0_PE};

	make_memory();
	CHECK_EQ(guest_walk(&memory, &off, 0x12345, &found), GUEST_WALK_MAPPED);
	CHECK_EQ(found.gpa, 0x12345);
	CHECK_EQ(found.levels, 0);
}

static void walks_four_levels(void)
{
	const gva_t gva = 0xffff800000201234;

	make_memory();
	put(0x1000 + 256 * 8, 0x2000 | PRESENT, 8);
	put(0x2000, 0x3000 | PRESENT, 8);
	put(0x3008, 0x4000 | PRESENT, 8);
	put(0x4008, 0x8000000000007000 | PRESENT, 8);
	CHECK_EQ(guest_walk(&memory, &four_level, gva, &found),
		 GUEST_WALK_MAPPED);
	CHECK_EQ(found.gpa, 0x7234);
	CHECK_EQ(found.page_size, KIB(4));
	CHECK_EQ(found.at[0], 0x4008);
	put(0x3008, 0x400000 | LARGE | PRESENT, 8);
	CHECK_EQ(guest_walk(&memory, &four_level, gva, &found),
		 GUEST_WALK_MAPPED);
	CHECK_EQ(found.gpa, 0x401234);
	CHECK_EQ(found.page_size, MIB(2));
	put(0x2000, GIB(3) | LARGE | PRESENT, 8);
	CHECK_EQ(guest_walk(&memory, &four_level, gva, &found),
		 GUEST_WALK_MAPPED);
	CHECK_EQ(found.gpa, GIB(3) + 0x201234);
}

static void walks_five_levels(void)
{
	struct guest_paging_state five = four_level;
	const gva_t gva = 0xff00000000201234;

	five.cr4 |= CR4_LA57;
	make_memory();
	put(0x1000 + 256 * 8, 0x2000 | PRESENT, 8);
	put(0x2000, 0x3000 | PRESENT, 8);
	put(0x3000, 0x4000 | PRESENT, 8);
	put(0x4008, 0x600000 | LARGE | PRESENT, 8);
	CHECK_EQ(guest_walk(&memory, &five, gva, &found), GUEST_WALK_MAPPED);
	CHECK_EQ(found.gpa, 0x601234);
	CHECK_EQ(found.levels, 5);
	CHECK_EQ(guest_walk(&memory, &five, BIT(56), &found),
		 GUEST_WALK_NOT_CANONICAL);
	CHECK_EQ(guest_walk(&memory, &five, BIT(55), &found),
		 GUEST_WALK_NOT_PRESENT);
}

static void says_why_not(void)
{
	make_memory();
	CHECK_EQ(guest_walk(&memory, &four_level, 0, &found),
		 GUEST_WALK_NOT_PRESENT);
	CHECK_EQ(found.level, 4);
	put(0x1000, RAM | PRESENT, 8);
	CHECK_EQ(guest_walk(&memory, &four_level, 0, &found),
		 GUEST_WALK_NO_TABLE);
	CHECK_EQ(found.level, 3);
	CHECK_EQ(guest_walk(&memory, &four_level, BIT(47), &found),
		 GUEST_WALK_NOT_CANONICAL);
	put(0x1000, LARGE | PRESENT, 8);
	CHECK_EQ(guest_walk(&memory, &four_level, 0, &found),
		 GUEST_WALK_RESERVED_BIT);
	CHECK_EQ(found.level, 4);
}

static void walks_32_bit_and_pae_paging(void)
{
	const struct guest_paging_state pse = {.cr0 = CR0_PE | CR0_PG,
					       .cr3 = 0x1000,
					       .cr4 = CR4_PSE,
					       .maxphyaddr = 48};
	const struct guest_paging_state pae = {
		.cr0 = CR0_PE | CR0_PG,
		.cr3 = 0x1020,
		.cr4 = CR4_PAE,
		.pdpte = {[3] = 0x3000 | PRESENT},
		.maxphyaddr = 48};

	make_memory();
	put(0x1004, 0x2000 | PRESENT, 4);
	put(0x2008, 0x5000 | PRESENT, 4);
	CHECK_EQ(guest_walk(&memory, &pse, 0x402abc, &found),
		 GUEST_WALK_MAPPED);
	CHECK_EQ(found.gpa, 0x5abc);
	put(0x1004, 0x00c02000 | LARGE | PRESENT, 4);
	CHECK_EQ(guest_walk(&memory, &pse, 0x402abc, &found),
		 GUEST_WALK_MAPPED);
	CHECK_EQ(found.gpa, 0x100c02abc);
	put(0x3000, 0x600000 | LARGE | PRESENT, 8);
	CHECK_EQ(guest_walk(&memory, &pae, 0xc0001234, &found),
		 GUEST_WALK_MAPPED);
	CHECK_EQ(found.gpa, 0x601234);
	CHECK_EQ(found.at[2], 0x1020 + 3 * 8);
	CHECK_EQ(guest_walk(&memory, &pae, 0x80001234, &found),
		 GUEST_WALK_NOT_PRESENT);
}

static void copies_across_pages(void)
{
	u8 bytes[4] = {1, 2, 3, 4};
	u8 back[4] = {0};

	make_memory();
	put(0x1000, 0x2000 | PRESENT, 8);
	put(0x2000, 0x3000 | PRESENT, 8);
	put(0x3000, 0x4000 | PRESENT, 8);
	put(0x4000, 0x9000 | PRESENT, 8);
	put(0x4008, 0x6000 | PRESENT, 8);
	CHECK(guest_walk_write(&memory, &four_level, 0xffe, bytes, 4));
	CHECK(guest_memory_read(&memory, 0x9ffe, back, 2));
	CHECK(guest_memory_read(&memory, 0x6000, back + 2, 2));
	CHECK(memcmp(bytes, back, 4) == 0);
	memset(back, 0, 4);
	CHECK(guest_walk_read(&memory, &four_level, 0xffe, back, 4));
	CHECK(memcmp(bytes, back, 4) == 0);
	CHECK(!guest_walk_read(&memory, &four_level, 0x1ffe, back, 4));
}

static const struct unit_test tests[] = {
	UNIT_TEST(is_linear_without_paging),	UNIT_TEST(walks_four_levels),
	UNIT_TEST(walks_five_levels),		UNIT_TEST(says_why_not),
	UNIT_TEST(walks_32_bit_and_pae_paging), UNIT_TEST(copies_across_pages),
};

int main(void)
{
	return UNIT_RUN(tests);
}
