#pragma once
/*
 * The smallest frame for unit tests that run on the host.
 *
 *	static void adds(void)
 *	{
 *		CHECK(sum(2, 2) > 3);
 *		CHECK_EQ(sum(2, 2), 4);
 *	}
 *
 *	static const struct unit_test tests[] = {UNIT_TEST(adds)};
 *
 *	int main(void)
 *	{
 *		return UNIT_RUN(tests);
 *	}
 *
 * The result is printed as TAP, one line for each test, with a line of
 * explanation ahead of it for each check that failed. A failed check does not
 * end its test; each check gives a bool, for tests that cannot go on:
 *
 *	if (!CHECK(pointer)) {
 *		return;
 *	}
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct unit_test {
	const char *name;
	void (*run)(void);
};

#define UNIT_TEST(function)                        \
	{                                          \
		.name = #function, .run = function \
	}

/* Runs a table of tests; gives main's status: 0, or 1 if a check failed. */
#define UNIT_RUN(tests) unit_run(tests, sizeof(tests) / sizeof((tests)[0]))

/* Does the condition hold? */
#define CHECK(condition) unit_check((condition), #condition, __FILE__, __LINE__)

/* Are two integers the same number? */
#define CHECK_EQ(actual, expected)                                       \
	unit_check_eq((unsigned long long)(actual),                      \
		      (unsigned long long)(expected), #actual, __FILE__, \
		      __LINE__)

/* Are two strings the same text? NULL is no text, and equal to NULL only. */
#define CHECK_STR(actual, expected) \
	unit_check_str(actual, expected, #actual, __FILE__, __LINE__)

static unsigned int unit_failed_checks;

static inline bool unit_check(bool holds, const char *text, const char *file,
			      int line)
{
	if (!holds) {
		unit_failed_checks++;
		printf("# %s:%d: does not hold: %s\n", file, line, text);
	}
	return holds;
}

static inline bool unit_check_eq(unsigned long long actual,
				 unsigned long long expected, const char *text,
				 const char *file, int line)
{
	if (actual != expected) {
		unit_failed_checks++;
		printf("# %s:%d: %s is %#llx, not %#llx\n", file, line, text,
		       actual, expected);
	}
	return actual == expected;
}

static inline bool unit_check_str(const char *actual, const char *expected,
				  const char *text, const char *file, int line)
{
	bool same = actual && expected ? strcmp(actual, expected) == 0
				       : actual == expected;

	if (!same) {
		unit_failed_checks++;
		printf("# %s:%d: %s is \"%s\", not \"%s\"\n", file, line, text,
		       actual ? actual : "(NULL)",
		       expected ? expected : "(NULL)");
	}
	return same;
}

static inline int unit_run(const struct unit_test *tests, size_t count)
{
	size_t failed_tests = 0;

	/* A sanitizer may end the process: nothing printed must be lost. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("1..%zu\n", count);
	for (size_t i = 0; i < count; i++) {
		unit_failed_checks = 0;
		tests[i].run();
		if (unit_failed_checks > 0) {
			failed_tests++;
		}
		printf("%s %zu - %s\n", unit_failed_checks ? "not ok" : "ok",
		       i + 1, tests[i].name);
	}
	return failed_tests > 0 ? 1 : 0;
}
