/* modules: common/cpu/debug_registers.c */
#include "cpu/debug_registers.h"
#include "unit.h"

static void sets_the_bits_of_dr7(void)
{
	struct debug_registers set;

	debug_registers_clear(&set);
	CHECK_EQ(set.dr7, 0x400);
	CHECK(debug_registers_insert(&set, DEBUG_EXECUTION, 0x1001, 1));
	CHECK_EQ(set.dr7, 0x402);
	CHECK(debug_registers_insert(&set, DEBUG_WRITE, 0x2008, 8));
	CHECK_EQ(set.dr7, 0x90040a);
	CHECK(debug_registers_insert(&set, DEBUG_ACCESS, 0x3004, 4));
	CHECK_EQ(set.dr7, 0xf90042a);
	CHECK_EQ(set.address[2], 0x3004);
	CHECK_EQ(debug_registers_condition(&set, 1), DEBUG_WRITE);
	CHECK(!debug_registers_taken(&set, 3));
}

static void takes_four_and_gives_them_back(void)
{
	struct debug_registers set;

	debug_registers_clear(&set);
	for (u64 i = 0; i < 4; i++) {
		CHECK(debug_registers_insert(&set, DEBUG_EXECUTION, i, 1));
	}
	CHECK(!debug_registers_insert(&set, DEBUG_EXECUTION, 4, 1));
	CHECK(!debug_registers_remove(&set, DEBUG_WRITE, 2, 1));
	CHECK(debug_registers_remove(&set, DEBUG_EXECUTION, 2, 1));
	CHECK(debug_registers_insert(&set, DEBUG_WRITE, 8, 2));
	CHECK_EQ(set.address[2], 8);
}

static void refuses_what_the_cpu_cannot_watch(void)
{
	struct debug_registers set;

	debug_registers_clear(&set);
	CHECK(!debug_registers_insert(&set, DEBUG_WRITE, 0x1001, 2));
	CHECK(!debug_registers_insert(&set, DEBUG_WRITE, 0x1000, 3));
	CHECK(!debug_registers_insert(&set, DEBUG_WRITE, 0x1000, 0));
	CHECK(!debug_registers_insert(&set, DEBUG_EXECUTION, 0x1000, 4));
	CHECK_EQ(set.dr7, DR7_FIXED);
}

static void joins_two_sets(void)
{
	struct debug_registers ours;
	struct debug_registers theirs;
	struct debug_registers_joined both;

	debug_registers_clear(&ours);
	debug_registers_clear(&theirs);
	debug_registers_insert(&ours, DEBUG_EXECUTION, 0x10, 1);
	debug_registers_insert(&theirs, DEBUG_WRITE, 0x20, 4);
	debug_registers_insert(&theirs, DEBUG_WRITE, 0x30, 2);
	debug_registers_remove(&theirs, DEBUG_WRITE, 0x20, 4);
	both = debug_registers_join(&ours, &theirs);
	CHECK_EQ(both.set.address[0], 0x10);
	CHECK_EQ(both.origin[0], -1);
	CHECK_EQ(debug_registers_condition(&both.set, 0), DEBUG_EXECUTION);
	CHECK_EQ(both.set.address[1], 0x30);
	CHECK_EQ(both.origin[1], 1);
	CHECK_EQ(both.set.dr7, DR7_FIXED | BIT(1) | BIT(3) |
				       (u64)DEBUG_WRITE << 20 | 1ull << 22);
	CHECK(!debug_registers_taken(&both.set, 2));
}

/* The second set's place 0 is moved, and its last one has no room. */
static void moves_what_the_first_set_displaces(void)
{
	struct debug_registers ours;
	struct debug_registers theirs;
	struct debug_registers_joined both;

	debug_registers_clear(&ours);
	debug_registers_clear(&theirs);
	debug_registers_insert(&ours, DEBUG_EXECUTION, 0x10, 1);
	debug_registers_insert(&ours, DEBUG_EXECUTION, 0x11, 1);
	debug_registers_insert(&theirs, DEBUG_EXECUTION, 0x20, 1);
	debug_registers_insert(&theirs, DEBUG_ACCESS, 0x30, 8);
	debug_registers_insert(&theirs, DEBUG_WRITE, 0x40, 8);
	debug_registers_remove(&ours, DEBUG_EXECUTION, 0x10, 1);
	both = debug_registers_join(&ours, &theirs);
	CHECK_EQ(both.set.address[0], 0x20);
	CHECK_EQ(both.set.address[1], 0x11);
	CHECK_EQ(both.set.address[2], 0x30);
	CHECK_EQ(both.set.address[3], 0x40);
	CHECK_EQ(debug_registers_second(&both, 0xf), 7);
	CHECK_EQ(debug_registers_second(&both, BIT(1)), 0);
	CHECK_EQ(debug_registers_second(&both, BIT(3)), BIT(2));
	debug_registers_insert(&ours, DEBUG_WRITE, 0x50, 8);
	debug_registers_insert(&ours, DEBUG_WRITE, 0x58, 8);
	debug_registers_insert(&ours, DEBUG_WRITE, 0x60, 8);
	both = debug_registers_join(&ours, &theirs);
	CHECK_EQ(both.set.dr7, ours.dr7);
	CHECK_EQ(debug_registers_second(&both, 0xf), 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(sets_the_bits_of_dr7),
	UNIT_TEST(takes_four_and_gives_them_back),
	UNIT_TEST(refuses_what_the_cpu_cannot_watch),
	UNIT_TEST(joins_two_sets),
	UNIT_TEST(moves_what_the_first_set_displaces),
};

int main(void)
{
	return UNIT_RUN(tests);
}
