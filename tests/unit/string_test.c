/*
 * common/lib/string.c against the C library. Its functions get other names
 * here, since the C library and the sanitizers bring theirs.
 */
#include <stdlib.h>

#include "random.h"
#include "unit.h"

#define memcpy	our_memcpy
#define memmove our_memmove
#define memset	our_memset
#define memcmp	our_memcmp
#define strlen	our_strlen
#define strnlen our_strnlen
#define strcmp	our_strcmp
#define strncmp our_strncmp
#define strchr	our_strchr
#include "lib/string.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strnlen
#undef strcmp
#undef strncmp
#undef strchr

#define SIZE 600

static u8 ours[SIZE], theirs[SIZE], source[SIZE];

static void scramble(void)
{
	for (size_t i = 0; i < SIZE; i++) {
		ours[i] = theirs[i] = (u8)random_u64();
		source[i] = (u8)random_u64();
	}
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

/* Offsets and sizes of every remainder by 8, up to some hundred bytes. */
static void copies_and_fills(void)
{
	for (int i = 0; i < 20000; i++) {
		size_t to = random_below(SIZE), from = random_below(SIZE);
		size_t size = random_below(SIZE - max_u64(to, from) + 1);
		int byte = (int)random_u64();

		scramble();
		CHECK(our_memcpy(ours + to, source + from, size) == ours + to);
		memcpy(theirs + to, source + from, size);
		CHECK(memcmp(ours, theirs, SIZE) == 0);
		CHECK(our_memset(ours + from, byte, size) == ours + from);
		memset(theirs + from, byte, size);
		if (!CHECK(memcmp(ours, theirs, SIZE) == 0)) {
			return;
		}
	}
}

static void moves_within_one_buffer(void)
{
	for (int i = 0; i < 20000; i++) {
		size_t to = random_below(SIZE);
		/* Most of them overlap. */
		size_t from = (to + random_below(64)) % SIZE;
		size_t size = random_below(SIZE - max_u64(to, from) + 1);

		if (random_below(2)) {
			size_t swapped = to;

			to = from;
			from = swapped;
		}
		scramble();
		CHECK(our_memmove(ours + to, ours + from, size) == ours + to);
		memmove(theirs + to, theirs + from, size);
		if (!CHECK(memcmp(ours, theirs, SIZE) == 0)) {
			return;
		}
	}
}

static void compares_bytes(void)
{
	for (int i = 0; i < 20000; i++) {
		size_t size = random_below(40);
		size_t at = random_below(40);

		scramble();
		/* Equal, or different by sign, beside or within the range. */
		ours[at] ^= (u8)(random_below(2) << random_below(8));
		CHECK_EQ(sign(our_memcmp(ours, theirs, size)),
			 sign(memcmp(ours, theirs, size)));
	}
}

/* A string of few different letters, at the very end of its allocation. */
static char *random_string(void)
{
	size_t length = random_below(10);
	char *text = malloc(length + 1);

	for (size_t i = 0; i < length; i++) {
		text[i] = "ab\x80\xff"[random_below(4)];
	}
	text[length] = '\0';
	return text;
}

static void works_on_strings(void)
{
	for (int i = 0; i < 20000; i++) {
		char *a = random_string(), *b = random_string();
		size_t max = random_below(12);
		int c = (u8) "ab\x80\xff\0"[random_below(5)];

		CHECK_EQ(our_strlen(a), strlen(a));
		CHECK_EQ(our_strnlen(a, max), strnlen(a, max));
		CHECK_EQ(sign(our_strcmp(a, b)), sign(strcmp(a, b)));
		CHECK_EQ(our_strcmp(a, a), 0);
		CHECK_EQ(sign(our_strncmp(a, b, max)),
			 sign(strncmp(a, b, max)));
		CHECK(our_strchr(a, c) == strchr(a, c));
		free(a);
		free(b);
	}
}

static void reads_no_further_than_it_must(void)
{
	char *unterminated = malloc(3);

	memcpy(unterminated, "abc", 3);
	CHECK_EQ(our_strnlen(unterminated, 3), 3);
	CHECK_EQ(our_strncmp(unterminated, "abc", 3), 0);
	CHECK(our_strncmp(unterminated, "ab", 3) > 0);
	CHECK(our_strchr(unterminated, 'b') == unterminated + 1);
	free(unterminated);
}

static const struct unit_test tests[] = {
	UNIT_TEST(copies_and_fills),
	UNIT_TEST(moves_within_one_buffer),
	UNIT_TEST(compares_bytes),
	UNIT_TEST(works_on_strings),
	UNIT_TEST(reads_no_further_than_it_must),
};

int main(void)
{
	return UNIT_RUN(tests);
}
