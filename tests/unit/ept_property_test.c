/*
 * modules: h3-ept/ept.c h3-ept/ept_check.c h3-ept/ept_walk.c
 * modules: tests/unit/fake_frames.c
 *
 * The property: whatever is mapped, unmapped and protected, with whatever
 * memory, each page translates as a plain array of pages says.
 */
#include "ept_fixture.h"
#include "ept_walk.h"
#include <stdlib.h>

#define MODEL_PAGES (GIB(2) / KIB(4) + 1000)
#define STEPS	    1200

struct page {
	hpa_t hpa;
	u8 rights; /* 0: not mapped */
	u8 type;
};

static struct page *model;
static u64 random_state = 0x9e3779b97f4a7c15;

static u64 random_below(u64 limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % limit;
}

/* Numbers of pages, more often round than not. */
static u64 random_pages(u64 limit)
{
	static const u64 units[] = {1, 1, 512, 512, 262144};
	u64 unit = units[random_below(ARRAY_SIZE(units))];

	return random_below(limit / unit + 1) * unit;
}

static bool page_agrees(u64 page)
{
	struct ept_translation found;

	ept_walk(&ept, page * KIB(4), 0, &found);
	if (model[page].rights == 0) {
		return !found.mapped && found.broken_rule == NULL;
	}
	return found.mapped && found.hpa == model[page].hpa &&
	       found.rights == model[page].rights &&
	       found.type == model[page].type;
}

static bool all_agree(void)
{
	u64 mapped = 0;

	for (u64 page = 0; page < MODEL_PAGES; page++) {
		if (!page_agrees(page)) {
			return false;
		}
		mapped += model[page].rights != 0;
	}
	return mapped ==
	       ept.leaves[0] + 512 * ept.leaves[1] + 262144 * ept.leaves[2];
}

static bool some_agree(u64 first, u64 count)
{
	u64 candidates[] = {first - 1, first, first + count / 2,
			    first + count - 1, first + count};

	for (size_t i = 0; i < ARRAY_SIZE(candidates); i++) {
		if (candidates[i] < MODEL_PAGES &&
		    !page_agrees(candidates[i])) {
			return false;
		}
	}
	for (int i = 0; i < 64; i++) {
		if (!page_agrees(random_below(MODEL_PAGES))) {
			return false;
		}
	}
	return true;
}

static bool model_is_free(u64 first, u64 count)
{
	for (u64 i = first; i < first + count; i++) {
		if (model[i].rights != 0) {
			return false;
		}
	}
	return true;
}

static u64 random_rights(void)
{
	static const u8 rights[] = {1, 3, 4, 5, 7, 7, 7};

	return rights[random_below(ARRAY_SIZE(rights))];
}

static void step_map(u64 first, u64 count)
{
	static const u8 types[] = {EPT_UC, EPT_WC, EPT_WT, EPT_WP, EPT_WB};
	u8 type = types[random_below(ARRAY_SIZE(types))];
	u64 rights = random_rights();
	hpa_t hpa = (random_pages(GIB(64) / KIB(4)) + first) * KIB(4);
	bool is_free = model_is_free(first, count);
	struct error error = ept_map(&ept, first * KIB(4), hpa, count * KIB(4),
				     rights, type);

	CHECK(is_free || failed(error));
	for (u64 i = 0; !failed(error) && i < count; i++) {
		model[first + i] = (struct page){.hpa = hpa + i * KIB(4),
						 .rights = (u8)rights,
						 .type = type};
	}
}

static void step_unmap(u64 first, u64 count)
{
	u64 generation = ept.generation;

	if (failed(ept_unmap(&ept, first * KIB(4), count * KIB(4)))) {
		return;
	}
	CHECK(ept.generation != generation);
	for (u64 i = 0; i < count; i++) {
		model[first + i].rights = 0;
	}
}

static void step_protect(u64 first, u64 count)
{
	u64 rights = random_rights();
	u64 generation = ept.generation;
	u64 lost = 0;

	if (failed(ept_protect(&ept, first * KIB(4), count * KIB(4), rights))) {
		return;
	}
	for (u64 i = 0; i < count; i++) {
		if (model[first + i].rights != 0) {
			lost |= model[first + i].rights & ~rights;
			model[first + i].rights = (u8)rights;
		}
	}
	CHECK(lost == 0 || ept.generation != generation);
}

static void agrees_with_an_array_of_pages(void)
{
	static void (*const kinds[])(u64, u64) = {step_map, step_map,
						  step_unmap, step_protect};

	model = calloc(MODEL_PAGES, sizeof(*model));
	ept_begin();
	for (int i = 0; i < STEPS; i++) {
		u64 first = random_pages(MODEL_PAGES - 1);
		u64 count = random_pages(MODEL_PAGES - first);

		if (random_below(8) == 0) {
			fake_frames_fail_after(random_below(4));
		}
		kinds[random_below(ARRAY_SIZE(kinds))](first, count);
		fake_frames_reset();
		if (!CHECK(some_agree(first, count)) ||
		    (i % 400 == 399 && !CHECK(all_agree()))) {
			printf("# after step %d\n", i);
			break;
		}
	}
	ept_end();
	free(model);
}

static const struct unit_test tests[] = {
	UNIT_TEST(agrees_with_an_array_of_pages),
};

int main(void)
{
	return UNIT_RUN(tests);
}
