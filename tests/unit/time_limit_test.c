/*
 * The time limit of a machine.
 *
 * modules: h4-exits/devices/bus.c h4-exits/devices/device_clock.c
 * modules: h4-exits/devices/time_limit.c
 */
#include "devices/time_limit.h"
#include "devices_fixture.h"

static struct machine_end end;
static struct time_limit limit;

static void begin(void)
{
	start();
	end = (struct machine_end){0};
	run_until(5 * MILLISECOND);
	time_limit_start(&limit, &device_clock, &end, 20 * MILLISECOND);
}

static void ends_the_machine_when_the_time_is_over(void)
{
	begin();
	CHECK_EQ(device_clock_next(&device_clock), 25 * MILLISECOND);
	run_for(20 * MILLISECOND - 1);
	CHECK_EQ(end.kind, MACHINE_RUNS);
	run_for(1);
	CHECK_EQ(end.kind, MACHINE_TIME_UP);
	CHECK_EQ(device_clock_next(&device_clock), DEVICE_CLOCK_NEVER);
}

static void leaves_an_end_as_it_is(void)
{
	begin();
	end = (struct machine_end){MACHINE_EXITED, 7};
	run_for(SECOND);
	CHECK_EQ(end.kind, MACHINE_EXITED);
	CHECK_EQ(end.value, 7);
}

static const struct unit_test tests[] = {
	UNIT_TEST(ends_the_machine_when_the_time_is_over),
	UNIT_TEST(leaves_an_end_as_it_is),
};

int main(void)
{
	return UNIT_RUN(tests);
}
