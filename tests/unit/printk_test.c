/* modules: common/lib/printk.c */
#include "console/console.h"
#include "lib/printk.h"
#include "random.h"
#include "unit.h"

#define TEXT_MAX 8192

static char console[2 * TEXT_MAX];
static size_t console_length;

void console_write(const char *text, size_t length)
{
	if (length < sizeof(console) - console_length) {
		memcpy(console + console_length, text, length);
		console_length += length;
	}
}

/* The last format that was put together, for the report of a difference. */
static char fmt[64];

/* The formats below are put together at run time. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

/*
 * Is ours the C library's text and length, also where the buffer is small?
 * The arguments are evaluated more than once.
 */
#define SAME(...)                                                           \
	do {                                                                \
		char expected[TEXT_MAX];                                    \
		int length = snprintf(expected, TEXT_MAX, __VA_ARGS__);     \
                                                                            \
		same_in_full(expected, length,                              \
			     format(actual, TEXT_MAX, __VA_ARGS__));        \
		for (int size = 0; size <= length && size < 4; size++) {    \
			CHECK_EQ(format(small, size, __VA_ARGS__), length); \
			same_cut_off(expected, (size_t)size);               \
		}                                                           \
		CHECK_EQ(format(NULL, 0, __VA_ARGS__), length);             \
	} while (0)

static char actual[TEXT_MAX];
static char small[8];

static void same_in_full(const char *expected, int length, int our_length)
{
	if (!CHECK_STR(actual, expected) || !CHECK_EQ(our_length, length)) {
		printf("# the format was \"%s\"\n", fmt);
	}
}

static void same_cut_off(const char *expected, size_t size)
{
	if (size > 0) {
		CHECK_EQ(strlen(small), size - 1);
		CHECK(memcmp(small, expected, size - 1) == 0);
	}
	memset(small, '!', sizeof(small));
}

static void append(char **at, const char *text)
{
	while (*text != '\0') {
		*(*at)++ = *text++;
	}
	**at = '\0';
}

/* Appends some of the characters of choice. */
static void append_some(char **at, const char *choice)
{
	for (; *choice != '\0'; choice++) {
		if (random_below(4) == 0) {
			append(at, (char[]){*choice, '\0'});
		}
	}
}

static void append_number(char **at)
{
	*at += sprintf(*at, "%u", (unsigned int)random_below(40));
}

/* Flags, width, precision: "before % -08.3", say. */
static char *begin_format(const char *flags, bool with_precision)
{
	char *at = fmt;

	append(&at, random_below(2) ? "before %" : "%");
	append_some(&at, flags);
	if (random_below(2)) {
		append_number(&at);
	}
	if (with_precision && random_below(3) == 0) {
		append(&at, ".");
		if (random_below(4)) {
			append_number(&at);
		}
	}
	return at;
}

/* Often 0, small, or at a boundary. */
static u64 random_value(void)
{
	static const u64 edges[] = {
		0,	   1,	    7,		8,	    9,
		10,	   0x7f,    0x80,	0xff,	    0x7fff,
		0x8000,	   0xffff,  0x7fffffff, 0x80000000, 0xffffffff,
		INT64_MAX, BIT(63), UINT64_MAX,
	};

	if (random_below(3) == 0) {
		return edges[random_below(ARRAY_SIZE(edges))];
	}
	return random_u64() >> random_below(64);
}

static void numbers_as_the_c_library_has_them(void)
{
	static const char *const lengths[] = {"hh", "h", "", "l", "ll", "z"};
	static const char letters[] = "diuxXo";

	for (int i = 0; i < 100000; i++) {
		char letter = letters[random_below(6)];
		bool is_signed = letter == 'd' || letter == 'i';
		bool is_decimal = is_signed || letter == 'u';
		size_t length = random_below(ARRAY_SIZE(lengths));
		char *at = begin_format(is_signed    ? "-0 +"
					: is_decimal ? "-0"
						     : "-0#",
					true);
		u64 value = random_value();

		append(&at, lengths[length]);
		append(&at, (char[]){letter, '|', '\0'});
		if (length < 3) {
			SAME(fmt, (int)value);
		} else {
			SAME(fmt, value);
		}
	}
}

static void strings_and_characters(void)
{
	static const char *const texts[] = {"", "a", "two words",
					    "with % in it", "0123456789"};

	for (int i = 0; i < 20000; i++) {
		const char *text = texts[random_below(ARRAY_SIZE(texts))];
		int character = (int)(1 + random_below(255));
		char *at = begin_format("-", true);

		append(&at, "s|");
		SAME(fmt, text);
		at = begin_format("-", false);
		append(&at, "c|");
		SAME(fmt, character);
	}
	strcpy(fmt, "%s");
	CHECK_EQ(format(actual, TEXT_MAX, fmt, (char *)NULL), 6);
	CHECK_STR(actual, "(null)");
}

/* With a precision nothing is read behind so many characters. */
static void strings_without_an_end(void)
{
	const char letters[3] = {'a', 'b', 'c'};

	CHECK_EQ(format(actual, TEXT_MAX, "%.3s", letters), 3);
	CHECK_STR(actual, "abc");
	CHECK_EQ(format(actual, TEXT_MAX, "%.*s", 2, letters), 2);
	CHECK_STR(actual, "ab");
}

static void widths_from_arguments(void)
{
	for (int width = -12; width <= 12; width++) {
		for (int precision = -3; precision <= 12; precision++) {
			SAME("%*.*d|", width, precision, 1234);
			SAME("%0*x|", width, 0xabc);
			SAME("%*.*s|", width, precision, "word");
			SAME("%-*.*lu|", width, precision, 5678ul);
		}
	}
}

static void pointers(void)
{
	for (int i = 0; i < 1000; i++) {
		void *pointer = (void *)(uintptr_t)(random_value() | 1);

		SAME("%p", pointer);
	}
	CHECK_EQ(format(actual, TEXT_MAX, "%p", (void *)NULL), 3);
	CHECK_STR(actual, "0x0");
}

static void several_conversions_in_a_row(void)
{
	SAME("%s: %#lx (%d%%), %c%c%c\n", "name", 0x1234ul, -5, 'x', 'y', 'z');
	SAME("%5d%-5u%05x%+d% d%#o", 1, 2u, 3u, 4, 5, 6u);
	SAME("%hhd %hd %d", (signed char)1, (short)2, 3);
	SAME("%ld %lld %zu", 4l, 5ll, (size_t)6);
	SAME("%s", "no conversion behind this");
	SAME("nothing to convert");
	SAME("%%");
}

/* What is not understood is printed as it stands, and takes no argument. */
static void unknown_conversions(void)
{
	static const char *const unknown[] = {"%q",   "%-5y",	"%",   "%08l",
					      "100%", "a %! b", "%.3~"};

	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		CHECK_EQ(format(actual, TEXT_MAX, unknown[i]),
			 strlen(unknown[i]));
		CHECK_STR(actual, unknown[i]);
	}
	strcpy(fmt, "%q%d");
	CHECK_EQ(format(actual, TEXT_MAX, fmt, 7), 3);
	CHECK_STR(actual, "%q7");
}

static void the_console_gets_every_character(void)
{
	static char text[TEXT_MAX];

	memset(text, 'x', sizeof(text) - 1);
	console_length = 0;
	printk("%d %s|%20s|\n", 42, text, "right");
	snprintf(actual, sizeof(actual), "|%20s|\n", "right");
	CHECK_EQ(console_length, 3 + TEXT_MAX - 1 + 23);
	CHECK(memcmp(console, "42 x", 4) == 0);
	CHECK(memcmp(console + 3, text, TEXT_MAX - 1) == 0);
	CHECK(memcmp(console + 3 + TEXT_MAX - 1, actual, 23) == 0);
}

static size_t diverted_length;

static u32 last_calls;

static void take_diverted(const char *text, size_t length)
{
	(void)text;
	diverted_length += length;
	last_calls += length == 0;
}

static void goes_where_it_is_diverted_to(void)
{
	console_length = 0;
	CHECK(printk_divert(take_diverted) == console_write);
	printk("12%d", 345);
	CHECK_EQ(diverted_length, 5);
	CHECK_EQ(console_length, 0);
	CHECK(printk_divert(NULL) == take_diverted);
	printk("6");
	CHECK_EQ(diverted_length, 5);
	CHECK_EQ(console_length, 1);
	CHECK(printk_divert(take_diverted) == console_write);
	CHECK_EQ(last_calls, 0);
	printk_to_console();
	printk_to_console();
	CHECK_EQ(last_calls, 1);
	printk("7");
	CHECK_EQ(console_length, 2);
}

static const struct unit_test tests[] = {
	UNIT_TEST(numbers_as_the_c_library_has_them),
	UNIT_TEST(strings_and_characters),
	UNIT_TEST(strings_without_an_end),
	UNIT_TEST(widths_from_arguments),
	UNIT_TEST(pointers),
	UNIT_TEST(several_conversions_in_a_row),
	UNIT_TEST(unknown_conversions),
	UNIT_TEST(the_console_gets_every_character),
	UNIT_TEST(goes_where_it_is_diverted_to),
};

int main(void)
{
	return UNIT_RUN(tests);
}
