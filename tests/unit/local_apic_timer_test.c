/*
 * The timer of a local APIC.
 *
 * modules: h5-multivcpu/apic/local_apic.c h5-multivcpu/apic/local_apic_lvt.c
 * modules: h5-multivcpu/apic/local_apic_access.c
 * modules: h5-multivcpu/apic/local_apic_error.c
 * modules: h5-multivcpu/apic/local_apic_icr.c
 * modules: h5-multivcpu/apic/local_apic_interrupt.c
 * modules: h5-multivcpu/apic/local_apic_lint.c
 * modules: h5-multivcpu/apic/local_apic_timer.c
 */
#include "local_apic_fixture.h"

#define VECTOR	 0x40u
#define PERIODIC APIC_LVT_TIMER_PERIODIC
#define DEADLINE APIC_LVT_TIMER_TSC_DEADLINE
#define NEVER	 LOCAL_APIC_NEVER

/* Time passes, and the owner's timer with it: how many interrupts came. */
static unsigned int run_to(u64 moment)
{
	unsigned int interrupts = 0;

	while (owner.alarm <= moment) {
		owner.tsc = max_u64(owner.tsc, owner.alarm);
		owner.alarm = NEVER; /* a timer expires once */
		local_apic_timer_expired(&apic);
		interrupts += take() == VECTOR;
	}
	owner.tsc = moment;
	return interrupts;
}

static unsigned int run_for(u64 ticks)
{
	return run_to(owner.tsc + ticks);
}

static void begin_timer(u32 mode)
{
	begin();
	put(APIC_LVT_TIMER, mode | VECTOR);
	put(APIC_DIVIDE, 0xb); /* by 1 */
}

static void divides(void)
{
	static const struct {
		u32 divide;
		u32 by;
	} table[] = {{0x0, 2},	{0x1, 4},  {0x2, 8},   {0x3, 16},
		     {0x8, 32}, {0x9, 64}, {0xa, 128}, {0xb, 1}};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		begin_timer(0);
		put(APIC_DIVIDE, table[i].divide);
		put(APIC_INITIAL_COUNT, 1000);
		CHECK_EQ(owner.alarm, 1000000 + 1000 * table[i].by);
		CHECK_EQ(get(APIC_CURRENT_COUNT), 1000);
		CHECK_EQ(run_for(1), 0);
		CHECK_EQ(get(APIC_CURRENT_COUNT),
			 table[i].by == 1 ? 999 : 1000);
		CHECK_EQ(run_for(table[i].by - 1), 0);
		CHECK_EQ(get(APIC_CURRENT_COUNT), 999);
		CHECK_EQ(run_for(998 * table[i].by), 0);
		CHECK_EQ(get(APIC_CURRENT_COUNT), 1);
		CHECK_EQ(run_for(table[i].by), 1);
		CHECK_EQ(get(APIC_CURRENT_COUNT), 0);
		CHECK_EQ(get(APIC_INITIAL_COUNT), 1000);
	}
}

static void fires_once(void)
{
	begin_timer(0);
	put(APIC_INITIAL_COUNT, 50000);
	CHECK_EQ(run_for(10 * 50000), 1);
	CHECK_EQ(owner.alarm, NEVER);
	CHECK_EQ(get(APIC_CURRENT_COUNT), 0);
	put(APIC_INITIAL_COUNT, 50000);
	CHECK_EQ(run_for(50000), 1);
}

static void stops_with_a_count_of_0(void)
{
	for (u32 mode = 0; mode <= PERIODIC; mode += PERIODIC) {
		begin_timer(mode);
		put(APIC_INITIAL_COUNT, 50000);
		put(APIC_INITIAL_COUNT, 0);
		CHECK_EQ(owner.alarm, NEVER);
		CHECK_EQ(get(APIC_CURRENT_COUNT), 0);
		CHECK_EQ(run_for(100000), 0);
	}
}

static void starts_anew_with_another_count(void)
{
	begin_timer(0);
	put(APIC_INITIAL_COUNT, 50000);
	CHECK_EQ(run_for(20000), 0);
	put(APIC_INITIAL_COUNT, 70000);
	CHECK_EQ(get(APIC_CURRENT_COUNT), 70000);
	CHECK_EQ(run_for(69999), 0);
	CHECK_EQ(run_for(1), 1);
}

static void repeats_without_drift(void)
{
	begin_timer(PERIODIC);
	put(APIC_INITIAL_COUNT, 50000);
	for (unsigned int i = 1; i <= 100; i++) {
		owner.tsc = owner.alarm + 777; /* the owner is late */
		local_apic_timer_expired(&apic);
		CHECK_EQ(take(), VECTOR);
		CHECK_EQ(owner.alarm, 1000000 + (i + 1) * 50000);
		CHECK_EQ(get(APIC_CURRENT_COUNT), 50000 - 777);
	}
}

static void catches_up_with_one_interrupt(void)
{
	begin_timer(PERIODIC);
	put(APIC_INITIAL_COUNT, 50000);
	owner.tsc += 50000 * 1000ull + 123;
	CHECK_EQ(get(APIC_CURRENT_COUNT), 50000 - 123);
	local_apic_timer_expired(&apic);
	CHECK_EQ(take(), VECTOR);
	CHECK_EQ(take(), -1);
	CHECK_EQ(owner.alarm, 1000000 + 50000 * 1001ull);
}

static void bounds_the_rate_of_a_tiny_period(void)
{
	for (u32 count = 1; count < 0x10000; count = 3 * count + 1) {
		u64 least = max_u64(count, LOCAL_APIC_TIMER_PERIOD_MIN);
		unsigned int interrupts;

		begin_timer(PERIODIC);
		put(APIC_INITIAL_COUNT, count);
		interrupts = run_for(10000000);
		CHECK(interrupts <= 10000000 / least + 1);
		/* Never later than the next beginning of a period. */
		CHECK(interrupts >= 10000000 / (least + count));
	}
}

static void keeps_the_phase_of_a_tiny_period(void)
{
	begin_timer(PERIODIC);
	put(APIC_INITIAL_COUNT, 1000);
	run_for(1000 * 1000 + 1);
	CHECK_EQ(get(APIC_CURRENT_COUNT), 999);
}

static void takes_an_early_call(void)
{
	begin_timer(0);
	put(APIC_INITIAL_COUNT, 50000);
	owner.tsc += 49999;
	owner.alarm = NEVER;
	local_apic_timer_expired(&apic);
	CHECK_EQ(take(), -1);
	CHECK_EQ(owner.alarm, 1050000);
	CHECK_EQ(local_apic_timer_next(&apic), 1050000);
	CHECK_EQ(run_for(1), 1);
	local_apic_timer_expired(&apic); /* one too many */
	CHECK_EQ(take(), -1);
}

static void counts_while_masked(void)
{
	begin_timer(APIC_LVT_MASKED);
	put(APIC_INITIAL_COUNT, 50000);
	CHECK_EQ(run_for(50000), 0);
	put(APIC_LVT_TIMER, VECTOR);
	CHECK_EQ(run_for(50000), 0);
	put(APIC_LVT_TIMER, APIC_LVT_MASKED | VECTOR);
	put(APIC_INITIAL_COUNT, 50000);
	CHECK_EQ(run_for(49999), 0);
	CHECK_EQ(get(APIC_CURRENT_COUNT), 1);
	put(APIC_LVT_TIMER, VECTOR);
	CHECK_EQ(run_for(1), 1);
}

static void notes_an_illegal_vector(void)
{
	begin_timer(0);
	put(APIC_LVT_TIMER, 15);
	put(APIC_INITIAL_COUNT, 50000);
	CHECK_EQ(run_for(50000), 0);
	CHECK_EQ(esr(), APIC_ESR_RECEIVE_ILLEGAL_VECTOR);
}

static void goes_on_between_one_shot_and_periodic(void)
{
	begin_timer(0);
	put(APIC_INITIAL_COUNT, 50000);
	put(APIC_LVT_TIMER, PERIODIC | VECTOR);
	CHECK_EQ(run_for(500000), 10);
	put(APIC_LVT_TIMER, VECTOR);
	CHECK_EQ(run_for(500000), 1);
	put(APIC_LVT_TIMER, PERIODIC | VECTOR);
	CHECK_EQ(run_for(500000), 0);
}

static void keeps_what_is_left_when_the_divisor_changes(void)
{
	begin_timer(PERIODIC);
	put(APIC_INITIAL_COUNT, 50000);
	CHECK_EQ(run_for(20000), 0);
	put(APIC_DIVIDE, 0x3); /* by 16 */
	CHECK_EQ(get(APIC_CURRENT_COUNT), 30000);
	CHECK_EQ(run_for(16 * 30000 - 1), 0);
	CHECK_EQ(run_for(1), 1);
	CHECK_EQ(run_for(16 * 50000 - 1), 0);
	CHECK_EQ(run_for(1), 1);
}

static void waits_for_a_moment_of_the_tsc(void)
{
	begin_timer(DEADLINE);
	local_apic_timer_set_tsc_deadline(&apic, 1234567);
	CHECK_EQ(local_apic_timer_tsc_deadline(&apic), 1234567);
	CHECK_EQ(owner.alarm, 1234567);
	CHECK_EQ(get(APIC_CURRENT_COUNT), 0);
	CHECK_EQ(run_to(1234566), 0);
	CHECK_EQ(run_to(1234567), 1);
	CHECK_EQ(local_apic_timer_tsc_deadline(&apic), 0);
	CHECK_EQ(run_for(10000000), 0);
}

static void fires_at_once_for_a_moment_that_has_been(void)
{
	begin_timer(DEADLINE);
	local_apic_timer_set_tsc_deadline(&apic, 1);
	CHECK_EQ(take(), VECTOR);
	CHECK_EQ(local_apic_timer_tsc_deadline(&apic), 0);
	local_apic_timer_set_tsc_deadline(&apic, owner.tsc);
	CHECK_EQ(take(), VECTOR);
	local_apic_timer_set_tsc_deadline(&apic, owner.tsc + 1);
	CHECK_EQ(take(), -1);
}

static void disarms_a_deadline(void)
{
	begin_timer(DEADLINE);
	local_apic_timer_set_tsc_deadline(&apic, 1234567);
	local_apic_timer_set_tsc_deadline(&apic, 0);
	CHECK_EQ(owner.alarm, NEVER);
	local_apic_timer_set_tsc_deadline(&apic, 1234567);
	put(APIC_LVT_TIMER, DEADLINE | APIC_LVT_MASKED | VECTOR);
	CHECK_EQ(run_to(2000000), 0);
	CHECK_EQ(local_apic_timer_tsc_deadline(&apic), 0);
}

static void has_a_deadline_in_its_mode_alone(void)
{
	begin_timer(0);
	local_apic_timer_set_tsc_deadline(&apic, 1234567);
	CHECK_EQ(owner.alarm, NEVER);
	CHECK_EQ(local_apic_timer_tsc_deadline(&apic), 0);
	put(APIC_INITIAL_COUNT, 50000);
	CHECK_EQ(local_apic_timer_tsc_deadline(&apic), 0);
	put(APIC_LVT_TIMER, DEADLINE | VECTOR); /* disarms */
	CHECK_EQ(owner.alarm, NEVER);
	CHECK_EQ(get(APIC_INITIAL_COUNT), 0);
	put(APIC_INITIAL_COUNT, 50000); /* ignored */
	CHECK_EQ(owner.alarm, NEVER);
	CHECK_EQ(get(APIC_INITIAL_COUNT), 0);
	local_apic_timer_set_tsc_deadline(&apic, 1234567);
	put(APIC_DIVIDE, 0);
	CHECK_EQ(owner.alarm, 1234567);
	put(APIC_LVT_TIMER, PERIODIC | VECTOR);
	CHECK_EQ(owner.alarm, NEVER);
	CHECK_EQ(get(APIC_CURRENT_COUNT), 0);
}

static void counts_on_when_the_tsc_jumps(void)
{
	static const u64 jumps[] = {123456789, -(u64)900000, -(u64)1010000};

	for (size_t i = 0; i < ARRAY_SIZE(jumps); i++) {
		begin_timer(PERIODIC);
		put(APIC_INITIAL_COUNT, 50000);
		run_for(10000);
		owner.tsc += jumps[i];
		local_apic_timer_tsc_moved(&apic, jumps[i]);
		CHECK_EQ(get(APIC_CURRENT_COUNT), 40000);
		CHECK_EQ(run_for(39999), 0);
		CHECK_EQ(run_for(1), 1);
		CHECK_EQ(run_for(49999), 0);
		CHECK_EQ(run_for(1), 1);
	}
}

static void keeps_its_deadline_when_the_tsc_jumps(void)
{
	begin_timer(DEADLINE);
	local_apic_timer_tsc_moved(&apic, 5);
	CHECK_EQ(owner.alarm, NEVER);
	local_apic_timer_set_tsc_deadline(&apic, 1234567);
	owner.alarm = 0;
	owner.tsc += 200000;
	local_apic_timer_tsc_moved(&apic, 200000);
	CHECK_EQ(owner.alarm, 1234567);
	CHECK_EQ(run_to(1234567), 1);
}

static void shows_no_more_than_there_was(void)
{
	begin_timer(0);
	put(APIC_INITIAL_COUNT, 50000);
	owner.tsc = 0; /* and nobody said so */
	CHECK_EQ(get(APIC_CURRENT_COUNT), 50000);
}

static void ends_with_the_tsc(void)
{
	begin_timer(PERIODIC);
	owner.tsc = UINT64_MAX - 60000;
	put(APIC_INITIAL_COUNT, 50000);
	CHECK_EQ(owner.alarm, UINT64_MAX - 10000);
	owner.tsc = owner.alarm;
	local_apic_timer_expired(&apic);
	CHECK_EQ(take(), VECTOR);
	CHECK_EQ(owner.alarm, NEVER);
	CHECK_EQ(get(APIC_CURRENT_COUNT), 0);
	put(APIC_INITIAL_COUNT, UINT32_MAX);
	CHECK_EQ(owner.alarm, NEVER);
}

static void asks_only_for_what_is_new(void)
{
	begin_timer(0);
	owner.alarms = 0;
	put(APIC_INITIAL_COUNT, 0);
	put(APIC_LVT_TIMER, PERIODIC | VECTOR);
	put(APIC_DIVIDE, 3);
	CHECK_EQ(owner.alarms, 0);
	put(APIC_INITIAL_COUNT, 1);
	put(APIC_INITIAL_COUNT, 1);
	CHECK_EQ(owner.alarms, 1);
}

static const struct unit_test tests[] = {
	UNIT_TEST(divides),
	UNIT_TEST(fires_once),
	UNIT_TEST(stops_with_a_count_of_0),
	UNIT_TEST(starts_anew_with_another_count),
	UNIT_TEST(repeats_without_drift),
	UNIT_TEST(catches_up_with_one_interrupt),
	UNIT_TEST(bounds_the_rate_of_a_tiny_period),
	UNIT_TEST(keeps_the_phase_of_a_tiny_period),
	UNIT_TEST(takes_an_early_call),
	UNIT_TEST(counts_while_masked),
	UNIT_TEST(notes_an_illegal_vector),
	UNIT_TEST(goes_on_between_one_shot_and_periodic),
	UNIT_TEST(keeps_what_is_left_when_the_divisor_changes),
	UNIT_TEST(waits_for_a_moment_of_the_tsc),
	UNIT_TEST(fires_at_once_for_a_moment_that_has_been),
	UNIT_TEST(disarms_a_deadline),
	UNIT_TEST(has_a_deadline_in_its_mode_alone),
	UNIT_TEST(counts_on_when_the_tsc_jumps),
	UNIT_TEST(keeps_its_deadline_when_the_tsc_jumps),
	UNIT_TEST(shows_no_more_than_there_was),
	UNIT_TEST(ends_with_the_tsc),
	UNIT_TEST(asks_only_for_what_is_new),
};

int main(void)
{
	return UNIT_RUN(tests);
}
