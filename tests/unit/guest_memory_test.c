/*
 * modules: h3-ept/guest_memory.c h3-ept/ept.c h3-ept/ept_check.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept_walk.c tests/unit/fake_frames.c
 */
#include "ept_walk.h"
#include "fake_frames.h"
#include "guest_memory.h"
#include "unit.h"

#define CAPS                                                            \
	(EPT_CAP_WALK_LENGTH_4 | EPT_CAP_TABLES_WB | EPT_CAP_2M_PAGES | \
	 EPT_CAP_1G_PAGES | EPT_CAP_INVEPT | EPT_CAP_INVEPT_SINGLE)

static struct ept ept;
static struct guest_memory memory;

static bool begin(u64 size, bool lazy)
{
	CHECK(!failed(ept_init(&ept, CAPS, 48)));
	return CHECK(!failed(guest_memory_init(&memory, &ept, size, lazy)));
}

static void end(void)
{
	guest_memory_destroy(&memory);
	CHECK_EQ(ept.leaves[0] + ept.leaves[1] + ept.leaves[2], 0);
	ept_destroy(&ept);
	CHECK_EQ(fake_frames_outstanding(), 0);
	fake_frames_reset();
}

/* Does the guest see the byte that the host's accessor sees? */
static bool guest_sees(gpa_t gpa, u8 expected)
{
	struct ept_translation found;

	return ept_walk(&ept, gpa, EPT_RWX, &found) == EPT_WALK_ALLOWED &&
	       found.type == EPT_WB && fake_frames_owns(found.hpa, 1) &&
	       *(u8 *)(uintptr_t)found.hpa == expected;
}

static void populated_ram_is_mapped_and_zero(void)
{
	if (!begin(MIB(6) + KIB(12), false)) {
		return;
	}
	CHECK_EQ(memory.populated, memory.size);
	CHECK_EQ(ept.leaves[1], 3);
	CHECK_EQ(ept.leaves[0], 3);
	for (gpa_t gpa = 0; gpa < memory.size; gpa += 1021) {
		if (!CHECK(guest_sees(gpa, 0))) {
			break;
		}
	}
	CHECK(!guest_sees(memory.size, 0));
	end();
}

static void populated_ram_takes_gigabytes(void)
{
	u64 size = GIB(2) + MIB(2);

	if (!begin(size, false)) {
		return;
	}
	CHECK_EQ(ept.leaves[2], 2);
	CHECK_EQ(ept.leaves[1], 1);
	CHECK_EQ(memory.populated, size);
	CHECK(guest_memory_write(&memory, GIB(1) - 2, "abcd", 4));
	CHECK(guest_sees(GIB(1) - 2, 'a') && guest_sees(GIB(1) + 1, 'd'));
	CHECK(guest_memory_write(&memory, GIB(2) - 2, "abcd", 4));
	CHECK(guest_sees(GIB(2) - 2, 'a') && guest_sees(GIB(2) + 1, 'd'));
	CHECK(guest_memory_write(&memory, MIB(700) + 5, "x", 1));
	CHECK(guest_sees(MIB(700) + 5, 'x'));
	end();
}

static void populated_ram_falls_back_to_smaller_blocks(void)
{
	fake_frames_limit_order(FRAME_ORDER_1G - 1);
	if (begin(GIB(1), false)) {
		CHECK_EQ(ept.leaves[2], 0);
		CHECK_EQ(ept.leaves[1], 512);
		end();
	}
	fake_frames_limit_order(FRAME_ORDER_4K);
	if (begin(MIB(4), false)) {
		CHECK_EQ(ept.leaves[0], 1024);
		CHECK(guest_memory_write(&memory, KIB(8) - 1, "ab", 2));
		CHECK(guest_sees(KIB(8) - 1, 'a') && guest_sees(KIB(8), 'b'));
		end();
	}
}

static void wrong_sizes_are_refused(void)
{
	CHECK(!failed(ept_init(&ept, CAPS, 48)));
	CHECK(failed(guest_memory_init(&memory, &ept, 0, true)));
	CHECK(failed(guest_memory_init(&memory, &ept, KIB(2), true)));
	CHECK(failed(guest_memory_init(&memory, &ept, BIT(48) + KIB(4), true)));
	CHECK(failed(guest_memory_init(&memory, &ept, ~0ull, true)));
	ept_destroy(&ept);
	CHECK_EQ(fake_frames_outstanding(), 0);
}

/* Whatever number of blocks there is, failing gives everything back. */
static void init_without_memory_gives_all_back(void)
{
	struct error error = failure("not tried", 0);
	u64 blocks;

	for (blocks = 0; failed(error) && blocks < 100; blocks++) {
		fake_frames_reset();
		CHECK(!failed(ept_init(&ept, CAPS, 48)));
		fake_frames_fail_after(blocks);
		error = guest_memory_init(&memory, &ept, MIB(4) + KIB(16),
					  false);
		if (failed(error)) {
			CHECK_EQ(fake_frames_outstanding(), ept.tables);
			ept_destroy(&ept);
			CHECK_EQ(fake_frames_outstanding(), 0);
		}
	}
	if (CHECK(!failed(error))) {
		CHECK(blocks > 5);
		end();
	}
}

static void lazy_ram_comes_when_touched(void)
{
	if (!begin(MIB(8) + KIB(8), true)) {
		return;
	}
	CHECK_EQ(memory.populated, 0);
	CHECK_EQ(fake_frames_outstanding(), 2); /* EPT root, account */

	CHECK_EQ(guest_memory_populate(&memory, MIB(5)),
		 GUEST_MEMORY_POPULATED);
	CHECK_EQ(memory.populated, MIB(2));
	CHECK(guest_sees(MIB(4), 0) && guest_sees(MIB(6) - 1, 0));
	CHECK(!guest_sees(MIB(4) - 1, 0) && !guest_sees(MIB(6), 0));
	CHECK_EQ(guest_memory_populate(&memory, MIB(5) + 1),
		 GUEST_MEMORY_POPULATED);
	CHECK_EQ(memory.populated, MIB(2));

	/* The last region is not wholly RAM. */
	CHECK_EQ(guest_memory_populate(&memory, MIB(8) + KIB(4)),
		 GUEST_MEMORY_POPULATED);
	CHECK_EQ(memory.populated, MIB(2) + KIB(4));
	CHECK(!guest_sees(MIB(8), 0) && guest_sees(MIB(8) + KIB(4), 0));

	CHECK_EQ(guest_memory_populate(&memory, MIB(8) + KIB(8)),
		 GUEST_MEMORY_OUTSIDE);
	CHECK_EQ(guest_memory_populate(&memory, ~0ull), GUEST_MEMORY_OUTSIDE);
	end();
}

static void lazy_ram_runs_out(void)
{
	if (!begin(MIB(8), true)) {
		return;
	}
	fake_frames_fail_after(0);
	CHECK_EQ(guest_memory_populate(&memory, 0), GUEST_MEMORY_OUT_OF_MEMORY);
	/* Tables that an attempt made stay, so that the next needs fewer. */
	for (u64 blocks = 1; blocks < 5; blocks++) {
		fake_frames_limit_order(FRAME_ORDER_4K);
		fake_frames_fail_after(blocks);
		CHECK_EQ(guest_memory_populate(&memory, KIB(4) * blocks),
			 blocks < 3 ? GUEST_MEMORY_OUT_OF_MEMORY
				    : GUEST_MEMORY_POPULATED);
	}
	fake_frames_reset();
	CHECK_EQ(guest_memory_populate(&memory, 0), GUEST_MEMORY_POPULATED);
	CHECK(guest_sees(0, 0));
	CHECK_EQ(memory.populated, ept.leaves[0] * KIB(4));
	end();
}

/* A region that has begun with small frames goes on with small frames. */
static void lazy_ram_copes_with_a_bad_beginning(void)
{
	if (!begin(MIB(4), true)) {
		return;
	}
	fake_frames_limit_order(FRAME_ORDER_4K);
	fake_frames_fail_after(1);
	CHECK_EQ(guest_memory_populate(&memory, 0), GUEST_MEMORY_OUT_OF_MEMORY);
	fake_frames_reset();
	CHECK_EQ(guest_memory_populate(&memory, 0), GUEST_MEMORY_POPULATED);
	CHECK_EQ(memory.populated, KIB(4));
	CHECK(guest_sees(0, 0));
	end();
}

static void accessors_check_the_range_first(void)
{
	static const struct {
		gpa_t gpa;
		u64 size;
		bool inside;
	} ranges[] = {
		{0, 0, true},		{MIB(4), 0, true},
		{MIB(4) + 1, 0, false}, {0, MIB(4), true},
		{1, MIB(4), false},	{MIB(4) - 1, 1, true},
		{MIB(4) - 1, 2, false}, {MIB(4), 1, false},
		{~0ull, 1, false},	{~0ull, 0, false},
		{1, ~0ull, false},	{MIB(4) - 1, ~0ull, false},
	};
	static u8 buffer[MIB(4)];

	if (!begin(MIB(4), true)) {
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		gpa_t gpa = ranges[i].gpa;
		u64 size = ranges[i].size;
		bool inside = ranges[i].inside;

		CHECK_EQ(guest_memory_contains(&memory, gpa, size), inside);
		CHECK_EQ(guest_memory_read(&memory, gpa, buffer, size), inside);
		CHECK_EQ(guest_memory_write(&memory, gpa, buffer, size),
			 inside);
		CHECK_EQ(guest_memory_zero(&memory, gpa, size), inside);
	}
	end();
}

static void accessors_cross_every_boundary(void)
{
	const gpa_t middle = MIB(2) - 1500;
	u8 written[5000];
	u8 read[5000] = {0};
	u8 zeros[1000] = {0};

	for (size_t i = 0; i < sizeof(written); i++) {
		written[i] = (u8)(i * 7 + 1);
	}
	for (unsigned int order = 0; order <= FRAME_ORDER_2M;
	     order += FRAME_ORDER_2M) {
		fake_frames_limit_order(order);
		if (!begin(MIB(4), true)) {
			return;
		}
		CHECK(guest_memory_write(&memory, middle, written, 5000));
		CHECK(guest_memory_read(&memory, middle, read, 5000));
		CHECK(memcmp(written, read, 5000) == 0);
		CHECK(guest_sees(MIB(2), written[1500]));

		CHECK(guest_memory_zero(&memory, middle + 1000, 1000));
		CHECK(guest_memory_read(&memory, middle, read, 5000));
		CHECK(memcmp(written, read, 1000) == 0);
		CHECK(memcmp(zeros, read + 1000, 1000) == 0);
		CHECK(memcmp(written + 2000, read + 2000, 3000) == 0);
		end();
	}
}

static void nothing_is_copied_where_backing_is_missing(void)
{
	if (!begin(MIB(4), true)) {
		return;
	}
	CHECK(guest_memory_write(&memory, MIB(2) - 2, "ab", 2));
	fake_frames_fail_after(0);
	CHECK(!guest_memory_write(&memory, MIB(2) - 2, "wxyz", 4));
	CHECK(guest_sees(MIB(2) - 2, 'a') && guest_sees(MIB(2) - 1, 'b'));
	fake_frames_reset();
	CHECK(guest_memory_write(&memory, MIB(2) - 2, "wxyz", 4));
	CHECK(guest_sees(MIB(2) - 2, 'w') && guest_sees(MIB(2) + 1, 'z'));
	end();
}

static void zeroing_gives_no_backing(void)
{
	if (!begin(MIB(64), true)) {
		return;
	}
	CHECK(guest_memory_write(&memory, MIB(10), "a", 1));
	CHECK(guest_memory_zero(&memory, 0, MIB(64)));
	CHECK_EQ(memory.populated, MIB(2));
	CHECK(guest_sees(MIB(10), 0));
	end();
}

static void pointers_say_how_far_they_reach(void)
{
	u64 size = MIB(8);

	if (!begin(MIB(4) + KIB(4), true)) {
		return;
	}
	CHECK(guest_memory_pointer(&memory, MIB(1), &size) != NULL);
	CHECK_EQ(size, MIB(1));
	size = 10;
	CHECK(guest_memory_pointer(&memory, MIB(1), &size) != NULL);
	CHECK_EQ(size, 10);
	size = MIB(8);
	CHECK(guest_memory_pointer(&memory, MIB(4) + 1, &size) != NULL);
	CHECK_EQ(size, KIB(4) - 1);
	CHECK(guest_memory_pointer(&memory, MIB(4) + KIB(4), &size) == NULL);
	end();
}

static void one_byte_is_found_in_every_kind_of_region(void)
{
	/* A part of 1 GiB, a block of 2 MiB, and frames. */
	static const gpa_t places[] = {0, MIB(700) + 5, GIB(1) + MIB(1),
				       GIB(1) + MIB(2) + KIB(4)};
	const u64 size = GIB(1) + MIB(2) + KIB(8);

	for (unsigned int lazy = 0; lazy < 2; lazy++) {
		if (!begin(size, lazy != 0)) {
			return;
		}
		for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
			u8 *byte = guest_memory_at(&memory, places[i]);

			if (CHECK(byte != NULL)) {
				*byte = (u8)(i + 1);
			}
			CHECK(guest_sees(places[i], (u8)(i + 1)));
		}
		CHECK(guest_memory_at(&memory, size) == NULL);
		CHECK(guest_memory_at(&memory, UINT64_MAX) == NULL);
		end();
	}
}

/* The EPT's pages may be split without guest_memory's knowledge. */
static void destroy_copes_with_split_pages(void)
{
	if (!begin(GIB(1) + MIB(4), false)) {
		return;
	}
	CHECK(!failed(ept_protect(&ept, KIB(4), KIB(4), EPT_READ)));
	CHECK(!failed(ept_unmap(&ept, GIB(1), KIB(4))));
	end();
}

static const struct unit_test tests[] = {
	UNIT_TEST(populated_ram_is_mapped_and_zero),
	UNIT_TEST(populated_ram_takes_gigabytes),
	UNIT_TEST(populated_ram_falls_back_to_smaller_blocks),
	UNIT_TEST(wrong_sizes_are_refused),
	UNIT_TEST(init_without_memory_gives_all_back),
	UNIT_TEST(lazy_ram_comes_when_touched),
	UNIT_TEST(lazy_ram_runs_out),
	UNIT_TEST(lazy_ram_copes_with_a_bad_beginning),
	UNIT_TEST(accessors_check_the_range_first),
	UNIT_TEST(accessors_cross_every_boundary),
	UNIT_TEST(nothing_is_copied_where_backing_is_missing),
	UNIT_TEST(zeroing_gives_no_backing),
	UNIT_TEST(pointers_say_how_far_they_reach),
	UNIT_TEST(one_byte_is_found_in_every_kind_of_region),
	UNIT_TEST(destroy_copes_with_split_pages),
};

int main(void)
{
	return UNIT_RUN(tests);
}
