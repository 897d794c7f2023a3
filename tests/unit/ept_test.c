/*
 * modules: h3-ept/ept.c h3-ept/ept_check.c h3-ept/ept_walk.c
 * modules: tests/unit/fake_frames.c
 */
#include "ept_fixture.h"
#include "ept_walk.h"

static bool refuses(gpa_t gpa, hpa_t hpa, u64 size, u64 rights, int type)
{
	return failed(ept_map(&ept, gpa, hpa, size, rights,
			      (enum ept_memory_type)type));
}

static hpa_t translated(gpa_t gpa)
{
	struct ept_translation found;

	ept_walk(&ept, gpa, 0, &found);
	return found.mapped ? found.hpa : ~0ull;
}

static void init_names_what_is_missing(void)
{
	static const u64 lacking[] = {
		EPT_CAP_WALK_LENGTH_4,
		EPT_CAP_TABLES_UC | EPT_CAP_TABLES_WB,
		EPT_CAP_INVEPT,
		EPT_CAP_INVEPT_SINGLE | EPT_CAP_INVEPT_ALL,
	};

	fake_frames_reset();
	for (size_t i = 0; i < ARRAY_SIZE(lacking); i++) {
		struct error error =
			ept_init(&ept, ALL_CAPS & ~lacking[i], BITS);

		CHECK(failed(error));
		CHECK_EQ(error.value, ALL_CAPS & ~lacking[i]);
	}
	CHECK(failed(ept_init(&ept, ALL_CAPS, 31)));
	CHECK(failed(ept_init(&ept, ALL_CAPS, 53)));
	fake_frames_fail_after(0);
	CHECK(failed(ept_init(&ept, ALL_CAPS, BITS)));
	CHECK_EQ(fake_frames_outstanding(), 0);
	fake_frames_reset();
}

static void pointer_follows_the_capabilities(void)
{
	ept_begin();
	CHECK_EQ(ept_pointer(&ept), ept.root | 6 | 3 << 3 | 1 << 6);
	ept_end();
	ept_begin_with(ALL_CAPS &
		       ~(EPT_CAP_TABLES_WB | EPT_CAP_ACCESSED_DIRTY));
	CHECK_EQ(ept_pointer(&ept), ept.root | 0 | 3 << 3);
	ept_end();
}

/* The formats, bit by bit, as the SDM's tables give them. */
static void entries_have_the_manuals_format(void)
{
	const hpa_t hpa = 0x123440000000;
	struct ept_translation found;

	ept_begin();
	CHECK(ept_maps(GIB(1), hpa, GIB(1)));
	CHECK_EQ(ept_walk(&ept, GIB(1) + 0x12345678, EPT_RWX, &found),
		 EPT_WALK_ALLOWED);
	CHECK_EQ(found.level, 3);
	CHECK_EQ(found.entry[2], hpa | 1 << 7 | 6 << 3 | 7);
	CHECK_EQ(found.entry[3] & 0xfff, 7);
	CHECK_EQ(found.hpa, hpa + 0x12345678);
	CHECK_EQ(found.page_size, GIB(1));

	CHECK(!failed(ept_map(&ept, MIB(2), hpa, MIB(2), EPT_READ, EPT_WT)));
	CHECK_EQ(ept_walk(&ept, MIB(2) + 0x12345, EPT_READ, &found),
		 EPT_WALK_ALLOWED);
	CHECK_EQ(found.level, 2);
	CHECK_EQ(found.entry[1], hpa | 1 << 7 | 4 << 3 | 1);
	CHECK_EQ(found.entry[2] & 0xfff, 7);
	CHECK_EQ(found.hpa, hpa + 0x12345);

	CHECK(!failed(ept_map(&ept, MIB(4), hpa, KIB(4), EPT_READ | EPT_EXECUTE,
			      EPT_UC)));
	CHECK_EQ(ept_walk(&ept, MIB(4) + 0x345, EPT_EXECUTE, &found),
		 EPT_WALK_ALLOWED);
	CHECK_EQ(found.level, 1);
	CHECK_EQ(found.entry[0], hpa | 0 << 3 | 5);
	CHECK_EQ(found.entry[1] & 0xfff, 7);
	CHECK_EQ(found.hpa, hpa + 0x345);
	CHECK_EQ(found.rights, EPT_READ | EPT_EXECUTE);
	CHECK_EQ(found.type, EPT_UC);
	ept_end();
}

static void check_leaves(u64 of_4k, u64 of_2m, u64 of_1g)
{
	CHECK_EQ(ept.leaves[0], of_4k);
	CHECK_EQ(ept.leaves[1], of_2m);
	CHECK_EQ(ept.leaves[2], of_1g);
}

static void pages_are_as_large_as_they_can_be(void)
{
	/* Aligned at neither end: 4K and 2M around one gigabyte. */
	ept_begin();
	CHECK(ept_maps(GIB(1) - MIB(2) - KIB(8), GIB(9) - MIB(2) - KIB(8),
		       GIB(1) + MIB(4) + KIB(12)));
	check_leaves(3, 2, 1);
	ept_end();

	ept_begin_with(ALL_CAPS & ~EPT_CAP_1G_PAGES);
	CHECK(ept_maps(GIB(1), GIB(1), GIB(1)));
	check_leaves(0, 512, 0);
	ept_end();

	ept_begin_with(ALL_CAPS & ~(EPT_CAP_1G_PAGES | EPT_CAP_2M_PAGES));
	CHECK(ept_maps(0, 0, MIB(4)));
	check_leaves(1024, 0, 0);
	ept_end();

	/* The host's address decides as much as the guest's. */
	ept_begin();
	CHECK(ept_maps(GIB(1), MIB(2), GIB(1)));
	check_leaves(0, 512, 0);
	CHECK(ept_maps(GIB(4), KIB(4), MIB(2)));
	check_leaves(512, 512, 0);
	ept_end();
}

static void map_refuses_wrong_arguments(void)
{
	ept_begin();
	CHECK(refuses(1, 0, KIB(4), EPT_RWX, EPT_WB));
	CHECK(refuses(KIB(2), 0, KIB(4), EPT_RWX, EPT_WB));
	CHECK(refuses(0, KIB(2), KIB(4), EPT_RWX, EPT_WB));
	CHECK(refuses(0, 0, KIB(2), EPT_RWX, EPT_WB));
	CHECK(refuses(BIT(48), 0, KIB(4), EPT_RWX, EPT_WB));
	CHECK(refuses(BIT(48) - KIB(4), 0, KIB(8), EPT_RWX, EPT_WB));
	CHECK(refuses(~0ull - KIB(4) + 1, 0, KIB(8), EPT_RWX, EPT_WB));
	CHECK(refuses(0, BIT(BITS), KIB(4), EPT_RWX, EPT_WB));
	CHECK(refuses(0, BIT(BITS) - KIB(4), KIB(8), EPT_RWX, EPT_WB));
	CHECK(refuses(0, 0, KIB(4), 0, EPT_WB));
	CHECK(refuses(0, 0, KIB(4), BIT(3) | EPT_READ, EPT_WB));
	CHECK(refuses(0, 0, KIB(4), EPT_WRITE, EPT_WB));
	CHECK(refuses(0, 0, KIB(4), EPT_WRITE | EPT_EXECUTE, EPT_WB));
	CHECK(refuses(0, 0, KIB(4), EPT_RWX, 2));
	CHECK(refuses(0, 0, KIB(4), EPT_RWX, 3));
	CHECK(refuses(0, 0, KIB(4), EPT_RWX, 7));
	CHECK(refuses(0, 0, KIB(4), EPT_RWX, 8));
	check_leaves(0, 0, 0);
	CHECK_EQ(ept.tables, 1);

	CHECK(ept_maps(0, 0, 0));
	CHECK(ept_maps(BIT(48) - KIB(4), BIT(BITS) - KIB(4), KIB(4)));
	CHECK(!refuses(0, 0, KIB(4), EPT_EXECUTE, EPT_WB));
	ept_end();

	ept_begin_with(ALL_CAPS & ~EPT_CAP_EXECUTE_ONLY);
	CHECK(refuses(0, 0, KIB(4), EPT_EXECUTE, EPT_WB));
	ept_end();
}

static void map_refuses_what_is_mapped(void)
{
	ept_begin();
	CHECK(ept_maps(GIB(1), 0, GIB(1)));
	CHECK(ept_maps(MIB(2), 0, MIB(2)));
	CHECK(refuses(0, 0, GIB(4), EPT_RWX, EPT_WB));
	CHECK(refuses(GIB(1) + MIB(7), 0, KIB(4), EPT_RWX, EPT_WB));
	CHECK(refuses(0, 0, MIB(2) + KIB(4), EPT_RWX, EPT_WB));
	CHECK(refuses(MIB(4) - KIB(4), 0, KIB(8), EPT_RWX, EPT_WB));
	check_leaves(0, 1, 1);
	CHECK(ept_maps(0, 0, MIB(2)));
	CHECK(ept_maps(MIB(4), MIB(4), GIB(1) - MIB(4)));
	CHECK_EQ(ept.generation, 1);
	ept_end();
}

/* Whatever number of frames there is, the mapping comes whole or not at all. */
static void map_without_memory_changes_nothing(void)
{
	bool mapped = false;
	u64 frames;

	for (frames = 0; !mapped && frames < 100; frames++) {
		ept_begin();
		CHECK(ept_maps(MIB(6), MIB(6), KIB(4)));
		fake_frames_fail_after(frames);
		mapped = ept_maps(GIB(512) - MIB(4) - KIB(4), KIB(4),
				  MIB(8) + KIB(4));
		fake_frames_reset();
		if (!mapped) {
			/* A CPU may have seen pages that are gone again. */
			CHECK(ept.generation > 1);
			check_leaves(1, 0, 0);
			CHECK_EQ(translated(GIB(512) - MIB(4)), ~0ull);
			CHECK_EQ(translated(MIB(6)), MIB(6));
		}
		ept_end();
	}
	CHECK(mapped);
	CHECK_EQ(frames, 9); /* 8 are needed: 5 for PTEs, 2 for PDEs, 1 */
}

static void unmap_splits_what_reaches_over(void)
{
	ept_begin();
	CHECK(ept_maps(GIB(1), GIB(5), GIB(1)));
	CHECK(!failed(ept_unmap(&ept, GIB(1) + MIB(2) + KIB(4), KIB(8))));
	check_leaves(510, 511, 0);
	CHECK_EQ(translated(GIB(1) + MIB(2)), GIB(5) + MIB(2));
	CHECK_EQ(translated(GIB(1) + MIB(2) + KIB(4)), ~0ull);
	CHECK_EQ(translated(GIB(1) + MIB(2) + KIB(8)), ~0ull);
	CHECK_EQ(translated(GIB(1) + MIB(2) + KIB(12)),
		 GIB(5) + MIB(2) + KIB(12));
	CHECK_EQ(translated(GIB(2) - 1), GIB(6) - 1);

	/* Through holes and over the end of everything. */
	CHECK(!failed(ept_unmap(&ept, 0, BIT(48))));
	check_leaves(0, 0, 0);
	CHECK(ept_maps(GIB(1), GIB(7), GIB(1)));
	CHECK_EQ(translated(GIB(1) + MIB(2)), GIB(7) + MIB(2));
	CHECK(failed(ept_unmap(&ept, 1, KIB(4))));
	CHECK(failed(ept_unmap(&ept, BIT(48), KIB(4))));
	ept_end();
}

static void unmap_without_memory_changes_nothing(void)
{
	for (u64 frames = 0; frames < 4; frames++) {
		ept_begin();
		CHECK(ept_maps(0, 0, GIB(2)));
		fake_frames_fail_after(frames);
		CHECK(failed(ept_unmap(&ept, KIB(4), GIB(2) - KIB(8))));
		fake_frames_reset();
		for (gpa_t gpa = 0; gpa < GIB(2); gpa += KIB(64)) {
			if (!CHECK_EQ(translated(gpa), gpa)) {
				break;
			}
		}
		CHECK(!failed(ept_unmap(&ept, KIB(4), GIB(2) - KIB(8))));
		check_leaves(2, 0, 0);
		ept_end();
	}
}

static void split_pages_keep_their_bits(void)
{
	struct ept_translation found;

	ept_begin();
	CHECK(!failed(ept_map(&ept, 0, GIB(1), GIB(1), EPT_READ | EPT_EXECUTE,
			      EPT_WP)));
	CHECK(!failed(ept_unmap(&ept, KIB(4), KIB(4))));
	ept_walk(&ept, KIB(8), 0, &found);
	CHECK_EQ(found.entry[0], (GIB(1) + KIB(8)) | 5 << 3 | 5);
	ept_walk(&ept, MIB(2), 0, &found);
	CHECK_EQ(found.entry[1], (GIB(1) + MIB(2)) | 1 << 7 | 5 << 3 | 5);
	ept_end();
}

static void protect_changes_rights(void)
{
	struct ept_translation found;

	ept_begin();
	CHECK(ept_maps(0, 0, MIB(4)));
	CHECK(!failed(ept_protect(&ept, KIB(4), MIB(2), EPT_READ)));
	CHECK_EQ(ept_walk(&ept, 0, EPT_RWX, &found), EPT_WALK_ALLOWED);
	CHECK_EQ(ept_walk(&ept, KIB(4), EPT_READ, &found), EPT_WALK_ALLOWED);
	CHECK_EQ(ept_walk(&ept, KIB(4), EPT_WRITE, &found), EPT_WALK_VIOLATION);
	CHECK(found.mapped);
	CHECK_EQ(found.rights, EPT_READ);
	CHECK_EQ(found.hpa, KIB(4));
	CHECK_EQ(ept_walk(&ept, MIB(2), EPT_EXECUTE, &found),
		 EPT_WALK_VIOLATION);
	CHECK_EQ(ept_walk(&ept, MIB(2) + KIB(4), EPT_RWX, &found),
		 EPT_WALK_ALLOWED);
	check_leaves(1024, 0, 0);

	CHECK(failed(ept_protect(&ept, 0, KIB(4), 0)));
	CHECK(failed(ept_protect(&ept, 0, KIB(4), EPT_WRITE)));
	CHECK(failed(ept_protect(&ept, 1, KIB(4), EPT_READ)));
	CHECK(!failed(ept_protect(&ept, GIB(5), GIB(1), EPT_READ)));
	CHECK_EQ(translated(GIB(5)), ~0ull);
	ept_end();
}

static void generation_tells_what_a_cpu_must_forget(void)
{
	ept_begin();
	CHECK_EQ(ept.generation, 1);
	CHECK(ept_maps(0, 0, MIB(4)));
	CHECK_EQ(ept.generation, 1);
	CHECK(!failed(ept_protect(&ept, 0, MIB(2), EPT_READ)));
	CHECK_EQ(ept.generation, 2);
	CHECK(!failed(ept_protect(&ept, 0, MIB(2), EPT_RWX)));
	CHECK_EQ(ept.generation, 2);
	CHECK(!failed(ept_protect(&ept, 0, KIB(4), EPT_RWX)));
	CHECK_EQ(ept.generation, 3); /* the page was split */
	CHECK(!failed(ept_unmap(&ept, 0, KIB(4))));
	CHECK_EQ(ept.generation, 4);
	ept_end();
}

static const struct unit_test tests[] = {
	UNIT_TEST(init_names_what_is_missing),
	UNIT_TEST(pointer_follows_the_capabilities),
	UNIT_TEST(entries_have_the_manuals_format),
	UNIT_TEST(pages_are_as_large_as_they_can_be),
	UNIT_TEST(map_refuses_wrong_arguments),
	UNIT_TEST(map_refuses_what_is_mapped),
	UNIT_TEST(map_without_memory_changes_nothing),
	UNIT_TEST(unmap_splits_what_reaches_over),
	UNIT_TEST(unmap_without_memory_changes_nothing),
	UNIT_TEST(split_pages_keep_their_bits),
	UNIT_TEST(protect_changes_rights),
	UNIT_TEST(generation_tells_what_a_cpu_must_forget),
};

int main(void)
{
	return UNIT_RUN(tests);
}
