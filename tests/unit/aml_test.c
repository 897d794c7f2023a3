/* modules: common/firmware/aml.c */
#include "firmware/aml.h"
#include "unit.h"

#include <stdlib.h>

#define NAME_S5 0x08, '_', 'S', '5', '_'

static u8 type_a, type_b;

/* The bytes end where their allocation does: the sanitizer sees one more. */
static bool finds(const u8 *bytes, size_t size)
{
	u8 *copy = malloc(size + 1);
	bool found;

	memcpy(copy + 1, bytes, size);
	type_a = type_b = 0xee;
	found = aml_find_s5(copy + 1, size, &type_a, &type_b);
	free(copy);
	return found;
}

#define FINDS(...) \
	finds((const u8[]){__VA_ARGS__}, sizeof((const u8[]){__VA_ARGS__}))

static void reads_each_encoding_of_a_number(void)
{
	CHECK(FINDS(NAME_S5, 0x12, 6, 4, 0, 1, 0, 0));
	CHECK(type_a == 0 && type_b == 1);
	CHECK(FINDS(NAME_S5, 0x12, 6, 2, 0x0a, 5, 0x0a, 7));
	CHECK(type_a == 5 && type_b == 7);
	CHECK(FINDS(NAME_S5, 0x12, 8, 2, 0x0b, 6, 0, 0x0b, 2, 0));
	CHECK(type_a == 6 && type_b == 2);
	CHECK(FINDS(NAME_S5, 0x12, 12, 2, 0x0c, 3, 0, 0, 0, 0x0c, 4, 0, 0, 0));
	CHECK(type_a == 3 && type_b == 4);
}

static void reads_the_name_from_the_root(void)
{
	CHECK(FINDS(0x08, '\\', '_', 'S', '5', '_', 0x12, 4, 2, 1, 0));
	CHECK(type_a == 1 && type_b == 0);
	CHECK(!FINDS(0x08, '^', '_', 'S', '5', '_', 0x12, 4, 2, 1, 0));
}

static void reads_each_encoding_of_a_length(void)
{
	CHECK(FINDS(NAME_S5, 0x12, 0x45, 0, 2, 1, 0));
	CHECK(FINDS(NAME_S5, 0x12, 0x86, 0, 0, 2, 1, 0));
	CHECK(FINDS(NAME_S5, 0x12, 0xc7, 0, 0, 0, 2, 1, 0));
	/* 0x105, 0x1005 and 0x100005 bytes are not there. */
	CHECK(!FINDS(NAME_S5, 0x12, 0x45, 0x10, 2, 1, 0));
	CHECK(!FINDS(NAME_S5, 0x12, 0x86, 0, 1, 2, 1, 0));
	CHECK(!FINDS(NAME_S5, 0x12, 0xc7, 0, 0, 1, 2, 1, 0));
	CHECK(!FINDS(NAME_S5, 0x12, 0xcf, 0xff, 0xff, 0xff, 2, 1, 0));
}

/* A package of so many bytes, its encoded length included, and nothing else. */
static bool finds_package(u32 length, const u8 *encoded, size_t encoded_size)
{
	static const u8 head[] = {NAME_S5, 0x12};
	static const u8 constants[] = {2, 1, 0};
	u8 *bytes = calloc(1, sizeof(head) + length);
	bool whole, cut_off;

	memcpy(bytes, head, sizeof(head));
	memcpy(bytes + sizeof(head), encoded, encoded_size);
	memcpy(bytes + sizeof(head) + encoded_size, constants,
	       sizeof(constants));
	whole = finds(bytes, sizeof(head) + length);
	cut_off = finds(bytes, sizeof(head) + length - 1);
	free(bytes);
	return whole && !cut_off;
}

static void reads_long_lengths(void)
{
	CHECK(finds_package(0x3f, (u8[]){0x3f}, 1));
	CHECK(finds_package(0xf5, (u8[]){0x45, 0x0f}, 2));
	CHECK(finds_package(0xfff, (u8[]){0x4f, 0xff}, 2));
	CHECK(finds_package(0xa1234, (u8[]){0x84, 0x23, 0xa1}, 3));
	CHECK(finds_package(0x1234567, (u8[]){0xc7, 0x56, 0x34, 0x12}, 4));
}

static void stays_within_the_package(void)
{
	/* Four bytes with the length's own: the number, two constants. */
	CHECK(FINDS(NAME_S5, 0x12, 4, 2, 1, 0));
	CHECK(!FINDS(NAME_S5, 0x12, 5, 2, 1, 0));
	CHECK(!FINDS(NAME_S5, 0x12, 3, 2, 1, 0));
	CHECK(!FINDS(NAME_S5, 0x12, 0, 2, 1, 0));
	CHECK(!FINDS(NAME_S5, 0x12, 4, 2, 1, 0x0a, 3));
	CHECK(!FINDS(NAME_S5, 0x12, 1));
	CHECK(!FINDS(NAME_S5, 0x12, 0x41, 0, 2, 1, 0));
}

static void refuses_what_is_no_sleep_type(void)
{
	CHECK(FINDS(NAME_S5, 0x12, 6, 2, 0x0a, 7, 0x0a, 7));
	CHECK(!FINDS(NAME_S5, 0x12, 6, 2, 0x0a, 8, 0x0a, 7));
	CHECK(!FINDS(NAME_S5, 0x12, 6, 2, 0x0a, 7, 0x0a, 8));
	/* The low byte alone would do: 0x100. */
	CHECK(!FINDS(NAME_S5, 0x12, 7, 2, 0x0b, 0, 1, 0x0a, 7));
	CHECK(!FINDS(NAME_S5, 0x12, 9, 2, 0x0c, 0, 0, 0, 1, 0x0a, 7));
	/* OnesOp, a string, a name. */
	CHECK(!FINDS(NAME_S5, 0x12, 4, 2, 0xff, 0));
	CHECK(!FINDS(NAME_S5, 0x12, 5, 2, 0x0d, 0, 0));
	CHECK(!FINDS(NAME_S5, 0x12, 4, 1, 1, 0));
	CHECK(!FINDS(NAME_S5, 0x12, 4, 0, 1, 0));
}

static void passes_over_what_only_looks_like_it(void)
{
	/* The name is used; something else has it; then it is defined. */
	CHECK(FINDS('_', 'S', '5', '_', NAME_S5, 0x0a, 5, 0x14, '_', 'S', '5',
		    '_', NAME_S5, 0x12, 4, 2, 1, 0));
	CHECK(FINDS(0x08, NAME_S5, 0x12, 4, 2, 1, 0));
	CHECK(!FINDS(0x08, '_', 'S', '4', '_', 0x12, 4, 2, 1, 0));
	CHECK(!FINDS(NAME_S5, 0x11, 4, 2, 1, 0));
	CHECK(!FINDS('_', 'S', '5', '_', 0x12, 4, 2, 1, 0));
}

static void refuses_every_part_of_it(void)
{
	static const u8 whole[] = {0x08, '\\', '_', 'S',  '5', '_',  0x12,
				   0x47, 0,    2,   0x0a, 5,   0x0a, 5};

	for (size_t size = 0; size < sizeof(whole); size++) {
		CHECK(!finds(whole, size));
	}
	CHECK(finds(whole, sizeof(whole)));
	for (size_t from = 1; from < sizeof(whole); from++) {
		CHECK(!finds(whole + from, sizeof(whole) - from));
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(reads_each_encoding_of_a_number),
	UNIT_TEST(reads_the_name_from_the_root),
	UNIT_TEST(reads_each_encoding_of_a_length),
	UNIT_TEST(reads_long_lengths),
	UNIT_TEST(stays_within_the_package),
	UNIT_TEST(refuses_what_is_no_sleep_type),
	UNIT_TEST(passes_over_what_only_looks_like_it),
	UNIT_TEST(refuses_every_part_of_it),
};

int main(void)
{
	return UNIT_RUN(tests);
}
