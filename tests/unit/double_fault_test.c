/*
 * modules: h4-exits/events/double_fault.c
 */
#include "cpu/traps.h"
#include "events/double_fault.h"
#include "guest_events.h"
#include "unit.h"

/* SDM: table "Interrupt and Exception Classes". */
static const u8 contributory[] = {0, 10, 11, 12, 13, 21};
static const u8 page_faults[] = {14, 20};
static const u8 benign[] = {1, 3, 4, 5, 6, 7, 9, 16, 17, 18, 19};

static u32 exception(u8 vector)
{
	return (u32)EVENT(EVENT_HARDWARE_EXCEPTION, vector);
}

/* Each of the first ones, with each of the second ones. */
static void check_all(const u8 *first, size_t firsts, const u8 *second,
		      size_t seconds, enum second_event expected)
{
	for (size_t i = 0; i < firsts; i++) {
		for (size_t j = 0; j < seconds; j++) {
			CHECK_EQ(double_fault_rule(exception(first[i]),
						   second[j]),
				 expected);
		}
	}
}

#define CHECK_ALL(first, second, expected)                              \
	check_all(first, ARRAY_SIZE(first), second, ARRAY_SIZE(second), \
		  expected)

static void the_table_of_double_faults(void)
{
	CHECK_ALL(benign, benign, SECOND_ALONE);
	CHECK_ALL(benign, contributory, SECOND_ALONE);
	CHECK_ALL(benign, page_faults, SECOND_ALONE);
	CHECK_ALL(contributory, benign, SECOND_ALONE);
	CHECK_ALL(contributory, contributory, SECOND_DOUBLE_FAULT);
	CHECK_ALL(contributory, page_faults, SECOND_ALONE);
	CHECK_ALL(page_faults, benign, SECOND_ALONE);
	CHECK_ALL(page_faults, contributory, SECOND_DOUBLE_FAULT);
	CHECK_ALL(page_faults, page_faults, SECOND_DOUBLE_FAULT);
}

static void a_third_fault_shuts_down(void)
{
	const u8 double_fault[] = {VECTOR_DOUBLE_FAULT};

	CHECK_ALL(double_fault, contributory, SECOND_SHUTDOWN);
	CHECK_ALL(double_fault, page_faults, SECOND_SHUTDOWN);
	CHECK_ALL(double_fault, benign, SECOND_ALONE);
}

/* The table is about exceptions: those that the CPU raises itself. */
static void other_events_come_first(void)
{
	const enum event_type types[] = {
		EVENT_EXTERNAL_INTERRUPT, EVENT_NMI,
		EVENT_SOFTWARE_INTERRUPT, EVENT_PRIVILEGED_SOFTWARE_EXCEPTION,
		EVENT_SOFTWARE_EXCEPTION,
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		u32 first = (u32)EVENT(types[i], VECTOR_GENERAL_PROTECTION);

		CHECK_EQ(double_fault_rule(first, VECTOR_PAGE_FAULT),
			 SECOND_ALONE);
		CHECK_EQ(double_fault_rule(first, VECTOR_STACK_FAULT),
			 SECOND_ALONE);
	}
	CHECK_EQ(double_fault_rule(0, VECTOR_STACK_FAULT), SECOND_ALONE);
	/* Without the valid bit the rest means nothing. */
	CHECK_EQ(double_fault_rule(exception(14) & ~(u32)EVENT_VALID, 14),
		 SECOND_ALONE);
}

static const struct unit_test tests[] = {
	UNIT_TEST(the_table_of_double_faults),
	UNIT_TEST(a_third_fault_shuts_down),
	UNIT_TEST(other_events_come_first),
};

int main(void)
{
	return UNIT_RUN(tests);
}
