/*
 * The fixed hardware of ACPI.
 *
 * modules: h4-exits/devices/bus.c h4-exits/devices/device_clock.c
 * modules: h4-exits/devices/acpi_pm.c
 */
#include "devices/acpi_pm.h"
#include "devices/machine_layout.h"
#include "devices_fixture.h"

#define STATUS	MACHINE_PORT_PM1A_EVT
#define ENABLE	(MACHINE_PORT_PM1A_EVT + 2)
#define CONTROL MACHINE_PORT_PM1A_CNT
#define TIMER	MACHINE_PORT_PM_TMR

static struct acpi_pm pm;
static struct machine_end end;

static void begin(void)
{
	start();
	end = (struct machine_end){0};
	CHECK(!failed(
		acpi_pm_attach(&pm, &ports, &device_clock, wire_line, &end)));
}

static void out16(u64 port, u16 value)
{
	CHECK(bus_write(&ports, port, 2, value));
}

static void run_to_tick(u64 tick)
{
	run_until(device_clock_time(tick, ACPI_PM_TIMER_HZ));
}

static void counts_at_its_rate(void)
{
	begin();
	CHECK_EQ(in(TIMER, 4), 0);
	run_until(SECOND);
	CHECK_EQ(in(TIMER, 4), ACPI_PM_TIMER_HZ);
	bus_write(&ports, TIMER, 4, 0); /* read-only */
	CHECK_EQ(in(TIMER, 4), ACPI_PM_TIMER_HZ);
	CHECK_EQ(in(TIMER + 1, 1), (ACPI_PM_TIMER_HZ >> 8) & 0xff);
	CHECK_EQ(in(TIMER + 2, 2), ACPI_PM_TIMER_HZ >> 16);
}

static void wraps_at_24_bits(void)
{
	begin();
	run_to_tick(BIT(24) - 1);
	CHECK_EQ(in(TIMER, 4), 0xffffff);
	run_to_tick(BIT(24));
	CHECK_EQ(in(TIMER, 4), 0);
	/* A month later it still is right. */
	run_until(31 * 86400 * SECOND);
	CHECK_EQ(in(TIMER, 4), 31ull * 86400 * ACPI_PM_TIMER_HZ % BIT(24));
}

static void tells_that_the_upper_bit_changed(void)
{
	begin();
	run_to_tick(BIT(23) - 1);
	CHECK_EQ(in(STATUS, 2), 0);
	run_to_tick(BIT(23));
	CHECK_EQ(in(STATUS, 2), 1);
	out16(STATUS, 0); /* only ones clear */
	CHECK_EQ(in(STATUS, 2), 1);
	out16(STATUS, 1);
	CHECK_EQ(in(STATUS, 2), 0);
	run_to_tick(BIT(24));
	CHECK_EQ(in(STATUS, 2), 1);
	CHECK(!wire.level);
}

static void interrupts_when_enabled(void)
{
	begin();
	out16(ENABLE, 1);
	run_to_tick(BIT(23) - 1);
	CHECK(!wire.level);
	run_to_tick(BIT(23));
	CHECK(wire.level);
	CHECK_EQ(device_clock_next(&device_clock), DEVICE_CLOCK_NEVER);
	run_to_tick(10 * BIT(23));
	CHECK_EQ(wire.rises, 1);
	out16(STATUS, 1);
	CHECK(!wire.level);
	run_to_tick(11 * BIT(23));
	CHECK(wire.level);
	out16(ENABLE, 0);
	CHECK(!wire.level);
	out16(ENABLE, 1); /* the status has stayed */
	CHECK(wire.level);
}

static void keeps_what_can_be_enabled(void)
{
	begin();
	out16(ENABLE, 0xffff);
	CHECK_EQ(in(ENABLE, 2), 0x0721);
	out8(ENABLE, 0);
	CHECK_EQ(in(STATUS, 4), 0x07000000);
}

static void is_in_acpi_mode(void)
{
	begin();
	CHECK_EQ(in(CONTROL, 2), 1);
	out16(CONTROL, 0);
	CHECK_EQ(in(CONTROL, 2), 1);
	out16(CONTROL, 0xdfff); /* all but SLP_EN */
	CHECK_EQ(in(CONTROL, 2), 0x1c03);
	CHECK_EQ(end.kind, MACHINE_RUNS);
}

static void powers_off(void)
{
	begin();
	for (u16 type = 1; type < 8; type++) {
		out16(CONTROL, (u16)(0x2000 | type << 10));
		CHECK_EQ(end.kind, MACHINE_RUNS);
	}
	out16(CONTROL, 0x2001);
	CHECK_EQ(end.kind, MACHINE_POWERED_OFF);
	begin();
	out8(CONTROL + 1, 0x20); /* by its upper byte alone */
	CHECK_EQ(end.kind, MACHINE_POWERED_OFF);
}

static const struct unit_test tests[] = {
	UNIT_TEST(counts_at_its_rate),
	UNIT_TEST(wraps_at_24_bits),
	UNIT_TEST(tells_that_the_upper_bit_changed),
	UNIT_TEST(interrupts_when_enabled),
	UNIT_TEST(keeps_what_can_be_enabled),
	UNIT_TEST(is_in_acpi_mode),
	UNIT_TEST(powers_off),
};

int main(void)
{
	return UNIT_RUN(tests);
}
