/*
 * The timer of a PC: its ports, its interrupt, port 61H.
 *
 * modules: h4-exits/devices/bus.c h4-exits/devices/device_clock.c
 * modules: h4-exits/devices/pit8254.c h4-exits/devices/pit8254_channel.c
 * modules: h4-exits/devices/pit8254_counter.c
 */
#include "devices/pit8254.h"
#include "devices_fixture.h"

static struct pit8254 pit;

static void begin(void)
{
	start();
	CHECK(!failed(pit8254_attach(&pit, &ports, &device_clock, wire_line)));
}

static u64 in_count(u64 port)
{
	u64 low = in8(port);

	return low | (u64)in8(port) << 8;
}

static void out_count(u64 port, u16 count)
{
	out8(port, (u8)count);
	out8(port, (u8)(count >> 8));
}

static void run_pulses(u64 pulses)
{
	u64 pulse = device_clock_ticks(time_now, PIT8254_HZ) + pulses;

	run_until(device_clock_time(pulse, PIT8254_HZ));
}

static void ticks_18_times_a_second(void)
{
	begin();
	run_until(10 * SECOND);
	CHECK_EQ(wire.rises, 10 * PIT8254_HZ / 65536);
	/* A day is as long as a day: no rounding adds up. */
	run_until(86400 * SECOND);
	CHECK_EQ(wire.rises, 86400ull * PIT8254_HZ / 65536);
}

static bool nobody_hears(void *controller, unsigned int number)
{
	(void)controller;
	(void)number;
	return false;
}

/* Nobody waits for the tick, and who looks has it all the same. */
static void ticks_unheard(void)
{
	const struct irq_line line = {.set = wire_set,
				      .is_heard = nobody_hears};

	start();
	CHECK(!failed(pit8254_attach(&pit, &ports, &device_clock, line)));
	CHECK_EQ(device_clock_next_heard(&device_clock), DEVICE_CLOCK_NEVER);
	run_until(SECOND);
	CHECK_EQ(wire.rises, PIT8254_HZ / 65536);
}

static void ticks_as_programmed(void)
{
	begin();
	out8(0x43, 0x34);
	out_count(0x40, 1193); /* 1000 Hz */
	run_until(SECOND);
	CHECK_EQ(wire.rises, (PIT8254_HZ - 1) / 1193);
}

static void fires_once_in_mode_0(void)
{
	begin();
	out8(0x43, 0x30);
	out_count(0x40, 1000);
	run_pulses(1000);
	CHECK_EQ(wire.rises, 0);
	run_pulses(1);
	CHECK_EQ(wire.rises, 1);
	CHECK(wire.level);
	run_for(SECOND);
	CHECK_EQ(wire.rises, 1);
	out8(0x40, 10); /* half of a count */
	CHECK(!wire.level);
	run_for(SECOND);
	CHECK_EQ(wire.rises, 1);
	out8(0x40, 0);
	run_pulses(11);
	CHECK_EQ(wire.rises, 2);
}

/* In mode 0, half of a new count stops the old one. */
static void stops_at_half_a_count(void)
{
	begin();
	out8(0x43, 0x30);
	out_count(0x40, 1000);
	run_pulses(101);
	CHECK_EQ(in_count(0x40), 900);
	out8(0x40, 5);
	run_pulses(5000);
	CHECK_EQ(in_count(0x40), 900);
	CHECK_EQ(wire.rises, 0);
	out8(0x40, 0);
	run_pulses(6);
	CHECK_EQ(wire.rises, 1);
}

/* However long nobody looked, one interrupt is late, not a thousand. */
static void catches_up_with_one_edge(void)
{
	begin();
	out8(0x43, 0x34);
	out_count(0x40, 100);
	time_now = 3600 * SECOND;
	device_clock_run(&device_clock);
	CHECK_EQ(wire.rises, 1);
	CHECK(device_clock_next(&device_clock) > time_now);
}

static void keeps_rises_apart(void)
{
	for (u16 count = 1; count < 60; count++) {
		begin();
		out8(0x43, 0x34);
		out_count(0x40, count);
		run_until(10 * MILLISECOND);
		CHECK(wire.rises <= 10 * MILLISECOND / (50 * MICROSECOND));
		CHECK(count == 1 || wire.rises > 100);
	}
}

/* A rise that nobody was told of yet is not lost by a new Control Word. */
static void tells_of_a_rise_before_a_write(void)
{
	begin();
	out8(0x43, 0x34);
	out_count(0x40, 1000);
	time_now = MILLISECOND;
	out8(0x43, 0x30);
	CHECK_EQ(wire.rises, 1);
	CHECK(!wire.level);
}

static void counts_down(void)
{
	u64 before, after;

	begin();
	out8(0x43, 0x34);
	out_count(0x40, 50000);
	run_pulses(1001);
	out8(0x43, 0x00);
	run_pulses(500);
	before = in_count(0x40);
	CHECK_EQ(before, 49000);
	after = in_count(0x40);
	CHECK_EQ(after, 48500);
}

static void reads_one_byte_if_asked(void)
{
	begin();
	out8(0x43, 0x14); /* low byte only */
	out8(0x40, 200);
	run_pulses(11);
	out8(0x43, 0x04);
	run_pulses(1);
	CHECK_EQ(in8(0x40), 190);
	CHECK_EQ(in8(0x40), 189);
	out8(0x43, 0x24); /* high byte only */
	out8(0x40, 0x80);
	run_pulses(2);
	CHECK_EQ(in8(0x40), 0x7f);
	out8(0x43, 0x04);
	run_pulses(0x100);
	CHECK_EQ(in8(0x40), 0x7f);
	CHECK_EQ(in8(0x40), 0x7e);
}

static void latches_until_it_is_read(void)
{
	begin();
	out8(0x43, 0xb4);
	out8(0x61, 1);
	out_count(0x42, 1000);
	run_pulses(1);
	out8(0x43, 0x80);
	run_pulses(10);
	out8(0x43, 0x80); /* the first latch holds */
	CHECK_EQ(in_count(0x42), 1000);
	CHECK_EQ(in_count(0x42), 990);
	/* A new Control Word sets it free. */
	out8(0x43, 0x80);
	out8(0x43, 0xb4);
	out_count(0x42, 500);
	run_pulses(1);
	CHECK_EQ(in_count(0x42), 500);
}

static void counts_in_decimal(void)
{
	begin();
	out8(0x43, 0x35);
	out_count(0x40, 0x1000);
	run_pulses(2);
	CHECK_EQ(in_count(0x40), 0x0999);
}

static void reads_back(void)
{
	begin();
	out8(0x43, 0xb0);
	out8(0x61, 1);
	out8(0x43, 0xe8); /* status of channel 2: no count yet */
	CHECK_EQ(in8(0x42), 0x70);
	out_count(0x42, 5);
	run_pulses(1);
	out8(0x43, 0xc8); /* status and count */
	run_pulses(100);
	CHECK_EQ(in8(0x42), 0x30);
	CHECK_EQ(in_count(0x42), 5);
	out8(0x43, 0xe8);
	CHECK_EQ(in8(0x42), 0xb0);
	out8(0x43, 0xde); /* counts of all three */
	run_pulses(10);
	CHECK_EQ(in_count(0x42), 65536 - 95);
	CHECK(in_count(0x40) != 0);
}

static void has_no_control_word_to_read(void)
{
	begin();
	CHECK_EQ(in8(0x43), 0xff);
}

/* What a kernel does to find the frequency of its TSC. */
static void measures_time_by_port_61(void)
{
	u64 began;

	begin();
	out8(0x61, 1);
	out8(0x43, 0xb0);
	out_count(0x42, PIT8254_HZ / 100);
	began = time_now;
	while ((in8(0x61) & 0x20) == 0 && time_now - began < SECOND) {
		run_for(100);
	}
	CHECK(time_now - began >= 10 * MILLISECOND - 2 * MICROSECOND);
	CHECK(time_now - began <= 10 * MILLISECOND + 2 * MICROSECOND);
}

static void gates_channel_2(void)
{
	begin();
	out8(0x61, 0);
	out8(0x43, 0xb0);
	out_count(0x42, 10);
	run_pulses(100);
	CHECK_EQ(in8(0x61) & 0x21, 0);
	out8(0x61, 1);
	run_pulses(10);
	CHECK_EQ(in8(0x61) & 0x21, 0x21);
	/* Mode 1: the gate is the trigger. */
	out8(0x61, 0);
	out8(0x43, 0xb2);
	out_count(0x42, 10);
	run_pulses(100);
	CHECK_EQ(in8(0x61) & 0x21, 0x20);
	out8(0x61, 1);
	run_pulses(1);
	CHECK_EQ(in8(0x61) & 0x21, 0x01);
	run_pulses(10);
	CHECK_EQ(in8(0x61) & 0x21, 0x21);
}

static void shows_refreshes(void)
{
	unsigned int changes = 0;
	u8 last;

	begin();
	last = in8(0x61) & 0x10;
	while (time_now < MILLISECOND) {
		run_for(MICROSECOND);
		changes += (in8(0x61) & 0x10) != last;
		last = in8(0x61) & 0x10;
	}
	CHECK_EQ(changes, PIT8254_HZ / 1000 / 18);
}

static void keeps_what_is_written_to_port_61(void)
{
	begin();
	out8(0x61, 0xff);
	CHECK_EQ(in8(0x61) & 0xcf, 0x0f);
}

static const struct unit_test tests[] = {
	UNIT_TEST(ticks_18_times_a_second),
	UNIT_TEST(ticks_unheard),
	UNIT_TEST(ticks_as_programmed),
	UNIT_TEST(fires_once_in_mode_0),
	UNIT_TEST(stops_at_half_a_count),
	UNIT_TEST(catches_up_with_one_edge),
	UNIT_TEST(keeps_rises_apart),
	UNIT_TEST(tells_of_a_rise_before_a_write),
	UNIT_TEST(counts_down),
	UNIT_TEST(reads_one_byte_if_asked),
	UNIT_TEST(latches_until_it_is_read),
	UNIT_TEST(counts_in_decimal),
	UNIT_TEST(reads_back),
	UNIT_TEST(has_no_control_word_to_read),
	UNIT_TEST(measures_time_by_port_61),
	UNIT_TEST(gates_channel_2),
	UNIT_TEST(shows_refreshes),
	UNIT_TEST(keeps_what_is_written_to_port_61),
};

int main(void)
{
	return UNIT_RUN(tests);
}
