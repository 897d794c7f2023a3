/* modules: common/boot/cmdline.c common/lib/parse.c */
#include "boot/cmdline.h"
#include "unit.h"

#include <stdlib.h>

static bool value_is(const char *cmdline, const char *name,
		     const char *expected)
{
	char value[16];

	return cmdline_value(cmdline, name, value, sizeof(value)) &&
	       strcmp(value, expected) == 0;
}

static bool number_is(const char *cmdline, u64 expected)
{
	u64 number = ~expected;

	return cmdline_number(cmdline, "n", &number) && number == expected;
}

static bool is_no_number(const char *cmdline)
{
	u64 number = 4711;

	return !cmdline_number(cmdline, "n", &number) && number == 4711;
}

static void finds_whole_words(void)
{
	CHECK(cmdline_has("lazy", "lazy"));
	CHECK(cmdline_has("  doctor   lazy  ", "lazy"));
	CHECK(cmdline_has("doctor lazy dump", "lazy"));
	CHECK(!cmdline_has("", "lazy"));
	CHECK(!cmdline_has("   ", "lazy"));
	CHECK(!cmdline_has("laz", "lazy"));
	CHECK(!cmdline_has("lazyness", "lazy"));
	CHECK(!cmdline_has("nolazy lazy=1", "lazy"));
	CHECK(!cmdline_has("LAZY", "lazy"));
}

static void stops_at_the_guests_words(void)
{
	const char *cmdline = "lazy -- doctor mem=64 n=5 -- more";
	u64 number;
	char value[8];

	CHECK(cmdline_has(cmdline, "lazy"));
	CHECK(!cmdline_has(cmdline, "doctor"));
	CHECK(!cmdline_has(cmdline, "--"));
	CHECK(!cmdline_has_value(cmdline, "mem"));
	CHECK(!cmdline_value(cmdline, "mem", value, sizeof(value)));
	CHECK(!cmdline_number(cmdline, "n", &number));
	/* Only the word itself ends the kernel's part. */
	CHECK(cmdline_has("--- a--b --x lazy", "lazy"));
}

static void gives_the_guest_the_rest(void)
{
	CHECK_STR(cmdline_guest("lazy -- doctor mem=64"), "doctor mem=64");
	CHECK_STR(cmdline_guest("--   a  b "), "a  b ");
	CHECK_STR(cmdline_guest("lazy -- a -- b"), "a -- b");
	CHECK_STR(cmdline_guest("lazy --"), "");
	CHECK_STR(cmdline_guest("lazy -- "), "");
	CHECK_STR(cmdline_guest("lazy"), "");
	CHECK_STR(cmdline_guest(""), "");
	CHECK_STR(cmdline_guest("lazy --x"), "");
}

static void gives_values(void)
{
	CHECK(value_is("guest=/sbin/x", "guest", "/sbin/x"));
	CHECK(value_is("a guest=b=c d", "guest", "b=c"));
	CHECK(value_is("guest= next", "guest", ""));
	CHECK(value_is("guest=1 guest=2", "guest", "1"));
	CHECK(value_is("xguest=1 guest=2", "guest", "2"));
	CHECK(!value_is("guest", "guest", ""));
	CHECK(!value_is("guests=1", "guest", "1"));
	CHECK(!value_is("quest=1", "guest", "1"));
	CHECK(cmdline_has_value("guest=", "guest"));
	CHECK(!cmdline_has_value("guest", "guest"));
	CHECK(!cmdline_has_value("guests=1", "guest"));
}

static void keeps_within_the_buffer(void)
{
	char value[5] = "....";

	CHECK(cmdline_value("g=1234", "g", value, 5));
	CHECK_STR(value, "1234");
	CHECK(!cmdline_value("g=12345", "g", value, 5));
	CHECK(!cmdline_value("g=x", "g", value, 1));
	CHECK(cmdline_value("g=", "g", value, 1));
	CHECK_STR(value, "");
}

static void reads_numbers(void)
{
	CHECK(number_is("n=0", 0));
	CHECK(number_is("n=64", 64));
	CHECK(number_is("n=007", 7));
	CHECK(number_is("n=0x0", 0));
	CHECK(number_is("n=0x1aF", 0x1af));
	CHECK(number_is("n=18446744073709551615", UINT64_MAX));
	CHECK(number_is("n=0xffffffffffffffff", UINT64_MAX));
}

static void refuses_what_is_no_number(void)
{
	CHECK(is_no_number(""));
	CHECK(is_no_number("n"));
	CHECK(is_no_number("n="));
	CHECK(is_no_number("n=0x"));
	CHECK(is_no_number("n=x1"));
	CHECK(is_no_number("n=12a"));
	CHECK(is_no_number("n=0x1g"));
	CHECK(is_no_number("n=-1"));
	CHECK(is_no_number("n=+1"));
	CHECK(is_no_number("n=1.5"));
	CHECK(is_no_number("n=18446744073709551616"));
	CHECK(is_no_number("n=99999999999999999999"));
	CHECK(is_no_number("n=0x10000000000000000"));
	CHECK(is_no_number("n=000000000000000000000000000001"));
}

static void names_the_first_unknown_word(void)
{
	static const char *const known[] = {"lazy", "mem=", "dump", NULL};
	static const char *const none[] = {NULL};
	char word[8] = "";

	CHECK(!cmdline_unknown("", known, word, sizeof(word)));
	CHECK(!cmdline_unknown(" lazy mem=5 dump mem= -- typo", known, word,
			       sizeof(word)));
	CHECK(cmdline_unknown("lazy typo other", known, word, sizeof(word)));
	CHECK_STR(word, "typo");
	CHECK(cmdline_unknown("lazyy", known, word, sizeof(word)));
	CHECK_STR(word, "lazyy");
	CHECK(cmdline_unknown("mem", known, word, sizeof(word)));
	CHECK_STR(word, "mem");
	CHECK(cmdline_unknown("lazy=1", known, word, sizeof(word)));
	CHECK_STR(word, "lazy=1");
	CHECK(cmdline_unknown("much-too-long", known, word, sizeof(word)));
	CHECK_STR(word, "much-to");
	CHECK(cmdline_unknown("x", none, word, sizeof(word)));
	CHECK_STR(word, "x");
}

/* A name may be longer than what is left of the command line. */
static void reads_no_further_than_the_end(void)
{
	static const char *const known[] = {"a-long-switch",
					    "and-option=", NULL};
	char *cmdline = strdup("a-l");
	char word[8];

	CHECK(!cmdline_has(cmdline, "a-long-switch"));
	CHECK(!cmdline_has_value(cmdline, "a-long-option"));
	CHECK(cmdline_unknown(cmdline, known, word, sizeof(word)));
	CHECK_STR(word, "a-l");
	strcpy(cmdline, "and");
	CHECK(cmdline_unknown(cmdline, known, word, sizeof(word)));
	CHECK_STR(cmdline_guest(cmdline), "");
	free(cmdline);
}

static const struct unit_test tests[] = {
	UNIT_TEST(finds_whole_words),
	UNIT_TEST(stops_at_the_guests_words),
	UNIT_TEST(gives_the_guest_the_rest),
	UNIT_TEST(gives_values),
	UNIT_TEST(keeps_within_the_buffer),
	UNIT_TEST(reads_numbers),
	UNIT_TEST(refuses_what_is_no_number),
	UNIT_TEST(names_the_first_unknown_word),
	UNIT_TEST(reads_no_further_than_the_end),
};

int main(void)
{
	return UNIT_RUN(tests);
}
