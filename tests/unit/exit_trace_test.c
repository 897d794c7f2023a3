/*
 * What the exit trace computes and prints: medians, changes, answers.
 *
 * modules: h4-exits/trace/tick_histogram.c h4-exits/trace/register_changes.c
 * modules: h4-exits/trace/answer_print.c h4-exits/exits/stop_reason.c
 * modules: common/lib/printk.c
 */
#include "console/console.h"
#include "lib/printk.h"
#include "random.h"
#include "trace/answer_print.h"
#include "trace/register_changes.h"
#include "trace/tick_histogram.h"
#include "unit.h"
#include <stdlib.h>

#define NUMBERS 1001

static char printed[2048];

/* What printk.c needs; nothing here prints by it. */
void console_write(const char *text, size_t length)
{
	(void)text;
	(void)length;
}

static void print(const char *fmt, ...)
{
	size_t length = strlen(printed);
	va_list args;

	va_start(args, fmt);
	vformat(printed + length, sizeof(printed) - length, fmt, args);
	va_end(args);
}

static u64 median_of(const u64 *numbers, size_t count)
{
	struct tick_histogram histogram = {.count = 0};

	for (size_t i = 0; i < count; i++) {
		tick_histogram_add(&histogram, numbers[i]);
	}
	CHECK_EQ(histogram.count, count);
	return tick_histogram_median(&histogram);
}

static void knows_small_numbers_exactly(void)
{
	CHECK_EQ(median_of((u64[]){0}, 0), 0);
	CHECK_EQ(median_of((u64[]){0}, 1), 0);
	CHECK_EQ(median_of((u64[]){31, 30, 29}, 3), 30);
	CHECK_EQ(median_of((u64[]){1, 2, 3, 4}, 4), 2);
	CHECK_EQ(median_of((u64[]){5, 1000000, 5}, 3), 5);
	CHECK_EQ(median_of((u64[]){32, 32, 33}, 3), 32);
	CHECK_EQ(median_of((u64[]){33}, 1), 33);
}

static void keeps_least_and_most(void)
{
	struct tick_histogram histogram = {.count = 0};

	tick_histogram_add(&histogram, 113);
	CHECK_EQ(histogram.least, 113);
	CHECK_EQ(histogram.most, 113);
	tick_histogram_add(&histogram, UINT64_MAX);
	tick_histogram_add(&histogram, 91);
	CHECK_EQ(histogram.least, 91);
	CHECK_EQ(histogram.most, UINT64_MAX);
	CHECK_EQ(tick_histogram_median(&histogram), 112);
}

static void shares_the_last_bucket(void)
{
	const u64 last = TICK_HISTOGRAM_LIMIT / 32 * 31;

	CHECK_EQ(median_of((u64[]){1, last, UINT64_MAX}, 3), last);
	CHECK_EQ(median_of((u64[]){1, last - 1, UINT64_MAX}, 3),
		 TICK_HISTOGRAM_LIMIT / 32 * 30);
	CHECK_EQ(median_of((u64[]){1, UINT64_MAX, TICK_HISTOGRAM_LIMIT}, 3),
		 last);
}

static int compare(const void *a, const void *b)
{
	u64 left = *(const u64 *)a, right = *(const u64 *)b;

	return left < right ? -1 : left > right;
}

/* Of any size, up to the limit: less than 1/16 below the true one. */
static void is_near_the_true_median(void)
{
	static u64 numbers[NUMBERS];

	for (int round = 0; round < 100; round++) {
		size_t count = 1 + random_below(NUMBERS);
		u64 below = BIT(random_below(TICK_HISTOGRAM_LIMIT_LOG2));
		u64 median, truth;

		for (size_t i = 0; i < count; i++) {
			numbers[i] = below + random_below(below);
		}
		median = median_of(numbers, count);
		qsort(numbers, count, sizeof(numbers[0]), compare);
		truth = numbers[(count - 1) / 2];
		CHECK(median <= truth);
		CHECK(truth - median <= truth / TICK_HISTOGRAM_PARTS);
		CHECK(median >= numbers[0]);
	}
}

static void prints_what_changes(void)
{
	struct traced_registers before = {{0}}, after;

	before.value[TRACED_R9] = 5;
	before.value[TRACED_RIP] = 0x1000;
	after = before;
	printed[0] = '\0';
	register_changes_print(&before, &after, print);
	CHECK_STR(printed, "");
	after.value[TRACED_RAX] = 0x16;
	after.value[TRACED_R9] = 0;
	after.value[TRACED_RIP] = 0x1002;
	after.value[TRACED_EFER] = UINT64_MAX;
	register_changes_print(&before, &after, print);
	CHECK_STR(printed, " RAX 0->0x16 R9 0x5->0 RIP 0x1000->0x1002"
			   " EFER 0->0xffffffffffffffff");
}

static void numbers_registers_as_instructions_do(void)
{
	CHECK_EQ(TRACED_RSP, 4);
	CHECK_EQ(TRACED_R15, 15);
	CHECK_EQ(TRACED_REGISTER_COUNT, 22);
}

static const char *text_of(struct answer answer)
{
	answer_describe(answer, printed, sizeof(printed));
	return printed;
}

static void describes_answers(void)
{
	CHECK_STR(text_of(answer_done()), "done");
	CHECK_STR(text_of(answer_resume()), "resume");
	CHECK_STR(text_of(answer_wait()), "wait");
	CHECK_STR(text_of(answer_general_protection()), "inject #GP(0)");
	CHECK_STR(text_of(answer_exception(VECTOR_INVALID_OPCODE)),
		  "inject #UD");
	CHECK_STR(text_of(answer_exception_with(VECTOR_PAGE_FAULT, 0x1f)),
		  "inject #PF(0x1f)");
	CHECK_STR(text_of(answer_exception(31)), "inject vector 31");
	CHECK_STR(text_of(answer_exception(255)), "inject vector 255");
	CHECK_STR(text_of(answer_stop(STOP_DELIVERY)),
		  "stop: an event is delivered through memory that is no RAM");
}

static const struct unit_test tests[] = {
	UNIT_TEST(knows_small_numbers_exactly),
	UNIT_TEST(keeps_least_and_most),
	UNIT_TEST(shares_the_last_bucket),
	UNIT_TEST(is_near_the_true_median),
	UNIT_TEST(prints_what_changes),
	UNIT_TEST(numbers_registers_as_instructions_do),
	UNIT_TEST(describes_answers),
};

int main(void)
{
	return UNIT_RUN(tests);
}
