/*
 * The clock of a PC: its date, its interrupts, its memory.
 *
 * modules: h4-exits/devices/bus.c h4-exits/devices/device_clock.c
 * modules: h4-exits/devices/cmos_memory.c h4-exits/devices/cmos_rtc.c
 * modules: h4-exits/devices/rtc_bytes.c h4-exits/devices/rtc_date.c
 */
#include "devices/cmos_rtc.h"
#include "devices_fixture.h"

/* 31 December 1999, 23:59:50 */
#define LAST_SECONDS_OF_1999 946684790ull

static struct cmos_rtc rtc;

static void begin(u64 date)
{
	struct cmos_memory memory = {GIB(2), GIB(1)};

	start();
	CHECK(!failed(cmos_rtc_attach(&rtc, &ports, &device_clock, wire_line,
				      date, memory)));
}

static u8 get(u8 index)
{
	out8(0x70, index);
	return in8(0x71);
}

static void put(u8 index, u8 value)
{
	out8(0x70, index);
	out8(0x71, value);
}

/* The eight bytes of the date: century down to seconds, then the weekday. */
static u64 date(void)
{
	static const u8 order[] = {0x32, 9, 8, 7, 4, 2, 0, 6};
	u64 bytes = 0;

	for (size_t i = 0; i < sizeof(order); i++) {
		bytes = bytes << 8 | get(order[i]);
	}
	return bytes;
}

static void counts_into_the_next_century(void)
{
	begin(LAST_SECONDS_OF_1999);
	CHECK_EQ(date(), 0x1999123123595006);
	run_until(9 * SECOND + 999 * MILLISECOND);
	CHECK_EQ(date(), 0x1999123123595906);
	run_until(10 * SECOND);
	CHECK_EQ(date(), 0x2000010100000007);
	run_for(59 * 86400 * SECOND);
	CHECK_EQ(date(), 0x2000022900000003);
	run_for(86400 * SECOND);
	CHECK_EQ(date(), 0x2000030100000004);
}

static void speaks_four_formats(void)
{
	begin(LAST_SECONDS_OF_1999);
	put(0x0b, 0x06);
	CHECK_EQ(date(), 0x13630c1f173b3206);
	put(0x0b, 0x04);
	CHECK_EQ(get(4), 0x8b); /* 11 PM */
	put(0x0b, 0x00);
	CHECK_EQ(get(4), 0x91);
	run_for(10 * SECOND);
	CHECK_EQ(get(4), 0x12); /* 12 AM */
	run_for(12 * 3600 * SECOND);
	CHECK_EQ(get(4), 0x92); /* 12 PM */
	run_for(3600 * SECOND);
	CHECK_EQ(get(4), 0x81);
	put(0x0b, 0x02);
	CHECK_EQ(get(4), 0x13);
}

static void is_set(void)
{
	begin(0);
	run_for(300 * MILLISECOND);
	put(0x0b, 0x82);
	put(0x32, 0x20);
	put(0x09, 0x24);
	put(0x08, 0x02);
	put(0x07, 0x28);
	put(0x04, 0x23);
	put(0x02, 0x59);
	put(0x00, 0x59);
	run_for(60 * SECOND); /* it does not run meanwhile */
	CHECK_EQ(get(0), 0x59);
	put(0x0b, 0x02);
	CHECK_EQ(date(), 0x2024022823595904);
	run_for(699 * MILLISECOND);
	CHECK_EQ(get(0), 0x59);
	run_for(MILLISECOND); /* the divider has run on */
	CHECK_EQ(date(), 0x2024022900000005);
}

/* Without SET, each byte counts from when it is written. */
static void is_set_byte_by_byte(void)
{
	begin(LAST_SECONDS_OF_1999);
	run_for(300 * MILLISECOND);
	put(0x04, 0x01);
	CHECK_EQ(date(), 0x1999123101595006);
	run_for(700 * MILLISECOND);
	CHECK_EQ(date(), 0x1999123101595106);
	put(0x06, 0x03); /* the weekday follows the date */
	CHECK_EQ(get(6), 0x06);
}

static void takes_any_date(void)
{
	begin(0);
	for (unsigned int format = 0; format < 8; format += 2) {
		for (unsigned int value = 0; value < 256; value++) {
			put(0x0b, (u8)(0x80 | format));
			for (u8 i = 0; i < 10; i++) {
				put(i, (u8)value);
			}
			put(0x32, (u8)value);
			CHECK_EQ(get(8), value);
			put(0x0b, (u8)(0x70 | format));
			run_for(2 * SECOND);
			CHECK(date() != 0);
			get(0x0c);
		}
	}
}

static void waits_half_a_second_after_a_reset(void)
{
	begin(0);
	put(0x0a, 0x76);
	run_for(5 * SECOND);
	CHECK_EQ(get(0), 0);
	put(0x0a, 0x26);
	run_for(499 * MILLISECOND);
	CHECK_EQ(get(0), 0);
	run_for(MILLISECOND);
	CHECK_EQ(get(0), 1);
}

static void announces_an_update(void)
{
	begin(0);
	CHECK_EQ(get(0x0a), 0x26);
	run_until(SECOND - 2229 * MICROSECOND);
	CHECK_EQ(get(0x0a), 0x26);
	run_until(SECOND - 2228 * MICROSECOND);
	CHECK_EQ(get(0x0a), 0xa6);
	run_until(SECOND - 1);
	CHECK_EQ(get(0x0a), 0xa6);
	run_until(SECOND);
	CHECK_EQ(get(0x0a), 0x26);
	put(0x0b, 0x82);
	run_until(2 * SECOND - 1);
	CHECK_EQ(get(0x0a), 0x26);
}

static void interrupts_at_each_update(void)
{
	begin(0);
	put(0x0b, 0x12);
	run_until(SECOND - 1);
	CHECK_EQ(wire.rises, 0);
	run_until(SECOND);
	CHECK(wire.level);
	/* One waits; no others come, and nobody is woken for them. */
	CHECK_EQ(device_clock_next(&device_clock), DEVICE_CLOCK_NEVER);
	run_for(10 * SECOND);
	CHECK_EQ(wire.rises, 1);
	CHECK_EQ(get(0x0c) & 0xb0, 0x90);
	CHECK(!wire.level);
	CHECK_EQ(get(0x0c), 0);
	run_for(SECOND);
	CHECK_EQ(wire.rises, 2);
	put(0x0b, 0x92); /* SET clears UIE */
	CHECK_EQ(get(0x0b), 0x82);
}

static void has_flags_without_interrupts(void)
{
	begin(0);
	run_for(10 * MILLISECOND);
	CHECK_EQ(get(0x0c), 0x40);
	run_for(2 * SECOND);
	CHECK_EQ(get(0x0c) & 0xd0, 0x50);
	CHECK_EQ(wire.rises, 0);
}

static unsigned int periodic_in_a_second(u8 rate)
{
	unsigned int count = 0;

	begin(0);
	put(0x0a, 0x20 | rate);
	put(0x0b, 0x42);
	while (device_clock_next(&device_clock) <= SECOND) {
		run_until(device_clock_next(&device_clock));
		CHECK_EQ(get(0x0c) & 0xc0, 0xc0);
		count++;
	}
	return count;
}

static void interrupts_at_each_rate(void)
{
	static const unsigned int hz[] = {0,	256, 128, 8192, 4096, 2048,
					  1024, 512, 256, 128,	64,   32,
					  16,	8,   4,	  2};

	for (u8 rate = 0; rate < 16; rate++) {
		CHECK_EQ(periodic_in_a_second(rate), hz[rate]);
	}
}

/* So many seconds after 23:59:50 the alarm goes off; 0: not within two days. */
static void expect_alarm(u8 hour, u8 minute, u8 second, u64 after)
{
	begin(LAST_SECONDS_OF_1999);
	put(0x05, hour);
	put(0x03, minute);
	put(0x01, second);
	put(0x0b, 0x22);
	if (after == 0) {
		run_until(2 * 86400 * SECOND);
		CHECK(!wire.level);
		CHECK_EQ(get(0x0c) & 0xb0, 0x10);
		return;
	}
	run_until(after * SECOND - 1);
	CHECK(!wire.level);
	run_until(after * SECOND);
	CHECK(wire.level);
	CHECK_EQ(get(0x0c) & 0xb0, 0xb0);
	CHECK(!wire.level);
}

static void goes_off_at_the_alarm(void)
{
	expect_alarm(0x23, 0x59, 0x55, 5);
	expect_alarm(0x23, 0x59, 0x50, 86400);
	expect_alarm(0x00, 0x00, 0x00, 10);
	expect_alarm(0x13, 0x30, 0x01, 10 + 13 * 3600 + 30 * 60 + 1);
	expect_alarm(0xff, 0xff, 0xff, 1);
	expect_alarm(0xff, 0xff, 0x20, 30);
	expect_alarm(0xff, 0x10, 0xc0, 10 + 600);
	expect_alarm(0x24, 0x00, 0x00, 0);
	expect_alarm(0xff, 0x60, 0xff, 0);
	expect_alarm(0xff, 0xff, 0x1a, 0);
}

static void has_memory(void)
{
	begin(0);
	for (unsigned int i = 0x40; i < 0x5b; i++) {
		put((u8)i, (u8)(i * 7));
	}
	put(0x0f, 0x0a);
	for (unsigned int i = 0x40; i < 0x5b; i++) {
		CHECK_EQ(get((u8)(0x80 | i)), (u8)(i * 7)); /* bit 7: NMI */
	}
	CHECK_EQ(get(0x0f), 0x0a);
	put(0x0d, 0);
	CHECK_EQ(get(0x0d), 0x80);
	CHECK_EQ(in8(0x70), 0xff);
}

static u64 get_number(u8 index, unsigned int size)
{
	u64 number = 0;

	while (size-- > 0) {
		number = number << 8 | get((u8)(index + size));
	}
	return number;
}

static void says_how_much_ram_there_is(void)
{
	u32 sum = 0;

	begin(0);
	CHECK_EQ(get_number(0x15, 2), 640);
	CHECK_EQ(get_number(0x17, 2), 0xffff);
	CHECK_EQ(get_number(0x30, 2), 0xffff);
	CHECK_EQ(get_number(0x34, 2), (GIB(2) - MIB(16)) / KIB(64));
	CHECK_EQ(get_number(0x5b, 3), GIB(1) / KIB(64));
	for (u8 i = 0x10; i < 0x2e; i++) {
		sum += get(i);
	}
	CHECK_EQ(get(0x2e) << 8 | get(0x2f), sum);
	start();
	CHECK(!failed(cmos_rtc_attach(&rtc, &ports, &device_clock, wire_line, 0,
				      (struct cmos_memory){MIB(8), 0})));
	CHECK_EQ(get_number(0x17, 2), 7 * 1024);
	CHECK_EQ(get_number(0x34, 2), 0);
	CHECK_EQ(get_number(0x5b, 3), 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(counts_into_the_next_century),
	UNIT_TEST(speaks_four_formats),
	UNIT_TEST(is_set),
	UNIT_TEST(is_set_byte_by_byte),
	UNIT_TEST(takes_any_date),
	UNIT_TEST(waits_half_a_second_after_a_reset),
	UNIT_TEST(announces_an_update),
	UNIT_TEST(interrupts_at_each_update),
	UNIT_TEST(has_flags_without_interrupts),
	UNIT_TEST(interrupts_at_each_rate),
	UNIT_TEST(goes_off_at_the_alarm),
	UNIT_TEST(has_memory),
	UNIT_TEST(says_how_much_ram_there_is),
};

int main(void)
{
	return UNIT_RUN(tests);
}
