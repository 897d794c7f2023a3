/* modules: common/memory/memory_map.c */
#include "memory/memory_map.h"
#include "random.h"
#include "unit.h"

#define PAGE 4096u

static struct memory_map map;

static void clear(void)
{
	map.count = 0;
}

static bool is(size_t number, hpa_t start, hpa_t end)
{
	return number < map.count && map.ranges[number].start == start &&
	       map.ranges[number].end == end;
}

/* What the header promises of every map. */
static bool is_sound(void)
{
	if (map.count > MEMORY_MAP_MAX) {
		return false;
	}
	for (size_t i = 0; i < map.count; i++) {
		const struct memory_range *range = &map.ranges[i];

		if (range->start >= range->end ||
		    !IS_ALIGNED(range->start, PAGE) ||
		    !IS_ALIGNED(range->end, PAGE) ||
		    (i > 0 && map.ranges[i - 1].end >= range->start)) {
			return false;
		}
	}
	return true;
}

/* The same by other means: one flag for each page of a small memory. */
#define MODEL_PAGES 256u
static bool model[MODEL_PAGES];

static void model_add(u64 start, u64 size)
{
	for (u64 page = 0; page < MODEL_PAGES; page++) {
		if (page * PAGE >= start && (page + 1) * PAGE <= start + size) {
			model[page] = true;
		}
	}
}

static void model_remove(u64 start, u64 size)
{
	for (u64 page = 0; page < MODEL_PAGES; page++) {
		if (size > 0 && page * PAGE < start + size &&
		    (page + 1) * PAGE > start) {
			model[page] = false;
		}
	}
}

static bool holds_page(u64 page)
{
	for (size_t i = 0; i < map.count; i++) {
		if (page * PAGE >= map.ranges[i].start &&
		    page * PAGE < map.ranges[i].end) {
			return true;
		}
	}
	return false;
}

static bool agrees_with_model(void)
{
	u64 pages = 0;

	for (u64 page = 0; page < MODEL_PAGES; page++) {
		if (holds_page(page) != model[page]) {
			return false;
		}
		pages += model[page];
	}
	return memory_map_size(&map) == pages * PAGE;
}

static void agrees_with_a_list_of_pages(void)
{
	for (int round = 0; round < 200; round++) {
		clear();
		memset(model, 0, sizeof(model));
		for (int step = 0; step < 100; step++) {
			u64 start = random_below(MODEL_PAGES * PAGE);
			u64 size = random_below(MODEL_PAGES * PAGE - start);

			/* Half of them short, a third of them whole pages. */
			size >>= random_below(2) * 5;
			if (random_below(3) == 0) {
				start = ALIGN_DOWN(start, PAGE);
				size = ALIGN_DOWN(size, PAGE);
			}
			if (random_below(2)) {
				CHECK(memory_map_add(&map, start, size));
				model_add(start, size);
			} else {
				CHECK(memory_map_remove(&map, start, size));
				model_remove(start, size);
			}
			if (!CHECK(is_sound()) || !CHECK(agrees_with_model())) {
				return;
			}
		}
	}
}

static void takes_whole_pages_only(void)
{
	clear();
	CHECK(memory_map_add(&map, 0x1001, 0x1ffe));
	CHECK_EQ(map.count, 0);
	CHECK(memory_map_add(&map, 0x1001, 0x1fff));
	CHECK(is(0, 0x2000, 0x3000));
	clear();
	CHECK(memory_map_add(&map, 0, 0x10000));
	CHECK(memory_map_remove(&map, 0x2fff, 2));
	CHECK(is(0, 0, 0x2000) && is(1, 0x4000, 0x10000));
	CHECK(memory_map_remove(&map, 0x5000, 0));
	CHECK(memory_map_add(&map, 0x20000, 0));
	CHECK_EQ(map.count, 2);
}

static void joins_neighbours(void)
{
	clear();
	CHECK(memory_map_add(&map, 0x1000, 0x1000));
	CHECK(memory_map_add(&map, 0x3000, 0x1000));
	CHECK_EQ(map.count, 2);
	CHECK_EQ(memory_map_end(&map), 0x4000);
	CHECK(memory_map_add(&map, 0x2000, 0x1000));
	CHECK(map.count == 1 && is(0, 0x1000, 0x4000));
	clear();
	CHECK_EQ(memory_map_end(&map), 0);
	CHECK_EQ(memory_map_size(&map), 0);
}

/* A firmware may name ranges that end past the last address, or there. */
static void knows_the_end_of_all_addresses(void)
{
	const hpa_t last = ~(hpa_t)0 - PAGE + 1;

	clear();
	CHECK(memory_map_add(&map, GIB(1), UINT64_MAX));
	CHECK(map.count == 1 && is(0, GIB(1), last));
	CHECK(memory_map_remove(&map, GIB(2), UINT64_MAX));
	CHECK(map.count == 1 && is(0, GIB(1), GIB(2)));
	CHECK(memory_map_add(&map, UINT64_MAX, UINT64_MAX));
	CHECK(memory_map_add(&map, UINT64_MAX - 1, 1));
	CHECK(memory_map_add(&map, last + 1, PAGE));
	CHECK_EQ(map.count, 1);
	CHECK(memory_map_remove(&map, UINT64_MAX, UINT64_MAX));
	CHECK(memory_map_remove(&map, last, PAGE));
	CHECK(map.count == 1 && is(0, GIB(1), GIB(2)));
	CHECK(memory_map_add(&map, 0, UINT64_MAX));
	CHECK(memory_map_remove(&map, 0, UINT64_MAX));
	CHECK_EQ(map.count, 0);
}

static void refuses_one_range_too_many(void)
{
	static struct memory_map before;

	clear();
	for (u64 i = 0; i < MEMORY_MAP_MAX; i++) {
		CHECK(memory_map_add(&map, i * 4 * PAGE, 3 * PAGE));
	}
	before = map;
	CHECK(!memory_map_add(&map, MEMORY_MAP_MAX * 4 * PAGE, PAGE));
	CHECK(memcmp(&map, &before, sizeof(map)) == 0);
	/* A hole in the middle of a range makes two of it. */
	CHECK(!memory_map_remove(&map, PAGE, PAGE));
	CHECK(!memory_map_remove(&map, (4 * MEMORY_MAP_MAX - 3) * PAGE, 1));
	CHECK(memcmp(&map, &before, sizeof(map)) == 0);
	/* What makes no new range is still done. */
	CHECK(memory_map_add(&map, 3 * PAGE, PAGE));
	CHECK_EQ(map.count, MEMORY_MAP_MAX - 1);
	CHECK(memory_map_remove(&map, PAGE, PAGE));
	CHECK_EQ(map.count, MEMORY_MAP_MAX);
	CHECK(memory_map_remove(&map, 0, PAGE));
	CHECK_EQ(map.count, MEMORY_MAP_MAX - 1);
	CHECK(is_sound());
}

static const struct unit_test tests[] = {
	UNIT_TEST(agrees_with_a_list_of_pages),
	UNIT_TEST(takes_whole_pages_only),
	UNIT_TEST(joins_neighbours),
	UNIT_TEST(knows_the_end_of_all_addresses),
	UNIT_TEST(refuses_one_range_too_many),
};

int main(void)
{
	return UNIT_RUN(tests);
}
