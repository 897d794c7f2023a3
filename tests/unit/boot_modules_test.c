/*
 * modules: h4-exits/image/boot_modules.c h3-ept/image/image_segments.c
 * modules: h3-ept/guest_memory.c h3-ept/guest_region.c
 * modules: h3-ept/guest_region_list.c h3-ept/ept.c h3-ept/ept_check.c
 * modules: tests/unit/fake_frames.c
 *
 * Where modules go: the places that are wanted, and what is left.
 */
#include "image/boot_modules.h"
#include "unit.h"

#define MODULES 4u

static const struct boot_image image = {MIB(4), MIB(5) + 1};
static struct guest_memory memory = {.size = MIB(16)};
static struct image_source sources[MODULES];
static struct boot_module modules[MODULES];
static unsigned int count;
static const char *culprit;

static void add(u64 size, gpa_t wanted)
{
	static const char *const paths[MODULES] = {"/0", "/1", "/2", "/3"};

	sources[count].size = size;
	modules[count] = (struct boot_module){
		.source = &sources[count],
		.path = paths[count],
		.wanted = wanted,
	};
	count++;
}

static struct error place(void)
{
	culprit = NULL;
	return boot_modules_place(modules, count, &memory, &image, &culprit);
}

static void others_keep_away_from_wanted_places(void)
{
	count = 0;
	add(MIB(1), BOOT_MODULE_ANYWHERE);
	add(KIB(5), MIB(6));
	add(MIB(8), BOOT_MODULE_ANYWHERE);
	add(KIB(4), MIB(1));
	CHECK(!failed(place()));
	/* From 5 MiB and a page on there is no room for it ahead of 6 MiB. */
	CHECK_EQ(modules[0].start, MIB(6) + KIB(8));
	CHECK_EQ(modules[0].end, MIB(7) + KIB(8));
	CHECK_EQ(modules[1].start, MIB(6));
	CHECK_EQ(modules[1].end, MIB(6) + KIB(5));
	CHECK_EQ(modules[2].start, MIB(7) + KIB(8));
	/* One may lie below the image. */
	CHECK_EQ(modules[3].start, MIB(1));
}

static void a_small_one_fits_between(void)
{
	count = 0;
	add(KIB(4), MIB(5) + KIB(12));
	add(KIB(8), BOOT_MODULE_ANYWHERE);
	add(KIB(4), BOOT_MODULE_ANYWHERE);
	CHECK(!failed(place()));
	CHECK_EQ(modules[1].start, MIB(5) + KIB(4));
	CHECK_EQ(modules[2].start, MIB(5) + KIB(16));
}

static void check_refused(u64 size, gpa_t wanted, const char *text)
{
	struct error error;

	add(size, wanted);
	error = place();
	CHECK_STR(error.what, text);
	CHECK_EQ(error.value, wanted);
	CHECK_STR(culprit, "/1");
	count--;
}

static void places_that_cannot_be_had_are_refused(void)
{
	static const char beyond[] =
		"a module would end beyond guest RAM or 4 GiB; it is to lie at";
	static const char over_image[] =
		"a module would lie over the guest's image, at";
	static const char over_other[] =
		"a module would lie over another one, at";

	count = 0;
	add(MIB(1), MIB(8));
	check_refused(1, MIB(6) + 1, "a module is to begin inside a page, at");
	check_refused(1, MIB(1) - KIB(4),
		      "a module is to lie below 1 MiB, which is the machine's, "
		      "at");
	check_refused(KIB(4) + 1, MIB(16) - KIB(4), beyond);
	check_refused(1, MIB(16), beyond);
	check_refused(1, MIB(32), beyond);
	check_refused(~0ull, MIB(6), beyond);
	check_refused(1, MIB(4), over_image);
	check_refused(1, MIB(5), over_image);
	check_refused(KIB(4) + 1, MIB(4) - KIB(4), over_image);
	check_refused(1, MIB(8), over_other);
	check_refused(KIB(4) + 1, MIB(8) - KIB(4), over_other);
	check_refused(1, MIB(9) - KIB(4), over_other);
	add(KIB(4), MIB(9));
	CHECK(!failed(place()));
	CHECK_EQ(modules[1].start, MIB(9));
}

static void what_is_left_may_be_too_little(void)
{
	count = 0;
	add(KIB(4), MIB(10));
	add(MIB(6), BOOT_MODULE_ANYWHERE);
	CHECK_STR(place().what, "no room in guest RAM for a module, bytes");
	CHECK_STR(culprit, "/1");
	sources[1].size = MIB(6) - KIB(4);
	CHECK(!failed(place()));
	CHECK_EQ(modules[1].end, MIB(16));
}

static const struct unit_test tests[] = {
	UNIT_TEST(others_keep_away_from_wanted_places),
	UNIT_TEST(a_small_one_fits_between),
	UNIT_TEST(places_that_cannot_be_had_are_refused),
	UNIT_TEST(what_is_left_may_be_too_little),
};

int main(void)
{
	return UNIT_RUN(tests);
}
