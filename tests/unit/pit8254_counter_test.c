/*
 * The counters of the timer, which compute, against one that counts pulse by
 * pulse, in every mode and with everything that a guest may do at random.
 *
 * modules: h4-exits/devices/pit8254_counter.c
 */
#include "devices/pit8254_counter.h"
#include "random.h"
#include "unit.h"

/* The data sheet's words, one pulse at a time. */
static struct {
	unsigned int mode; /* 0 .. 5 */
	u32 wrap;
	u32 initial, count, period;
	bool gate, out, written, load, run, fires, null_count;
} chip;

static struct pit8254_counter counter;
static u64 pulse;

static void chip_control(unsigned int mode, bool bcd)
{
	chip.mode = mode > 5 ? mode - 4 : mode;
	chip.wrap = bcd ? 10000 : 65536;
	chip.out = chip.mode != 0;
	chip.written = chip.load = chip.run = chip.fires = false;
	chip.null_count = true;
}

static void chip_write(u32 count)
{
	chip.initial = count;
	chip.null_count = true;
	if (chip.mode == 0) {
		chip.out = false;
	}
	if (chip.mode == 0 || chip.mode == 4 ||
	    (!chip.written && (chip.mode == 2 || chip.mode == 3))) {
		chip.load = chip.run = true;
	}
	chip.written = true;
}

static void chip_gate(bool gate)
{
	bool trigger = gate && !chip.gate && chip.written;

	if (trigger && chip.mode != 0 && chip.mode != 4) {
		chip.load = chip.run = true;
	}
	if (!gate && (chip.mode == 2 || chip.mode == 3)) {
		chip.out = true;
	}
	chip.gate = gate;
}

static void chip_load(void)
{
	chip.period = chip.initial;
	chip.count = chip.mode == 3 ? chip.initial & ~1u : chip.initial;
	chip.null_count = false;
}

/* A half of a square wave is over: at 0, or at 2 of an even one. */
static bool half_ends(void)
{
	if (chip.out && chip.period % 2 != 0) {
		return chip.count == 0;
	}
	return chip.count == 2;
}

static void chip_count_square(void)
{
	if (!half_ends()) {
		chip.count -= 2;
		return;
	}
	chip_load();
	/* The low half of a count of one has no length. */
	chip.out = !chip.out || chip.period == 1;
}

static void chip_count(void)
{
	switch (chip.mode) {
	case 2:
		if (chip.count == 1) {
			chip_load();
			chip.out = true;
		} else {
			chip.count--;
			chip.out = chip.count != 1;
		}
		return;
	case 3:
		chip_count_square();
		return;
	default:
		chip.count = (chip.count + chip.wrap - 1) % chip.wrap;
		if (chip.count == 0 && chip.fires) {
			chip.out = chip.mode < 2;
			chip.fires = false;
		}
		return;
	}
}

static void chip_pulse(void)
{
	if (chip.mode >= 4) {
		chip.out = true;
	}
	if (chip.load) {
		chip_load();
		chip.load = false;
		chip.fires = true;
		chip.out = chip.mode >= 2;
		return;
	}
	if (chip.run && (chip.gate || chip.mode == 1 || chip.mode == 5)) {
		chip_count();
	}
}

static u16 bcd(u32 n)
{
	return (u16)(n / 1000 % 10 << 12 | n / 100 % 10 << 8 |
		     n / 10 % 10 << 4 | n % 10);
}

static bool is_same(void)
{
	bool same = CHECK_EQ(counter.out, chip.out);

	same = CHECK_EQ(counter.null_count, chip.null_count) && same;

	if (chip.run) {
		u32 count = chip.count % chip.wrap;

		same &= CHECK_EQ(pit8254_counter_read(&counter),
				 chip.wrap == 10000 ? bcd(count) : count);
	}
	return same;
}

/*
 * Lets both come so many pulses further. The computed one takes a step from
 * rise to rise, each of which it must have foretold, or one step for all.
 */
static bool run(u64 pulses)
{
	u64 rise = pit8254_counter_next_rise(&counter);
	bool one_step = random_below(2) == 0;

	for (u64 i = 0; i < pulses; i++) {
		bool before = chip.out;

		chip_pulse();
		pulse++;
		if (chip.out && !before && !one_step) {
			if (!CHECK_EQ(pulse, rise)) {
				return false;
			}
			pit8254_counter_advance(&counter, pulse);
			rise = pit8254_counter_next_rise(&counter);
		}
	}
	if (!one_step && !CHECK(rise > pulse)) {
		return false;
	}
	pit8254_counter_advance(&counter, pulse);
	return is_same();
}

static void begin(unsigned int mode, bool decimal)
{
	memset(&chip, 0, sizeof(chip));
	counter = (struct pit8254_counter){0};
	pulse = 0;
	chip_control(mode, decimal);
	pit8254_counter_start(&counter, pulse, mode, decimal);
}

static void set_gate(bool gate)
{
	chip_gate(gate);
	pit8254_counter_set_gate(&counter, pulse, gate);
}

static void set_count(u32 count)
{
	u16 written = chip.wrap == 10000 ? bcd(count) : (u16)count;

	chip_write(count == 0 ? chip.wrap : count);
	pit8254_counter_write(&counter, pulse, written);
}

static u64 some_pulses(void)
{
	static const u64 limits[] = {2, 4, 20, 300, 70000, 200000};

	return random_below(limits[random_below(ARRAY_SIZE(limits))]);
}

static u32 some_count(void)
{
	static const u32 limits[] = {4, 10, 50, 9999};

	return (u32)random_below(limits[random_below(ARRAY_SIZE(limits))]);
}

/* What this mode does in a life of random events. */
static void live(unsigned int mode)
{
	begin(mode, random_below(2) == 0);
	for (unsigned int i = 0; i < 60; i++) {
		switch (random_below(6)) {
		case 0:
			set_gate(!chip.gate);
			break;
		case 1:
			set_gate(true);
			break;
		case 2:
			set_count(some_count());
			break;
		default:
			if (!run(some_pulses())) {
				printf("# mode %u\n", mode);
				return;
			}
			break;
		}
		if (!is_same()) {
			printf("# mode %u\n", mode);
			return;
		}
	}
}

static void counts_as_if_pulse_by_pulse(void)
{
	for (unsigned int i = 0; i < 400; i++) {
		live(i % 8);
	}
}

/* So many pulses after the count was written, OUT is what. */
static void expect_out(const char *out)
{
	for (size_t i = 0; out[i] != '\0'; i++) {
		pulse++;
		pit8254_counter_advance(&counter, pulse);
		CHECK_EQ(counter.out ? '1' : '0', out[i]);
	}
}

/* The wave forms of the data sheet, as it draws them. */
static void draws_the_wave_forms(void)
{
	begin(0, false);
	set_gate(true);
	set_count(4);
	expect_out("0000111111");
	begin(1, false);
	set_count(3);
	expect_out("111");
	set_gate(true);
	expect_out("00011111");
	begin(2, false);
	set_gate(true);
	set_count(3);
	expect_out("110110110");
	begin(3, false);
	set_gate(true);
	set_count(4);
	expect_out("110011001100");
	begin(3, false);
	set_gate(true);
	set_count(5);
	expect_out("111001110011100");
	begin(4, false);
	set_gate(true);
	set_count(3);
	expect_out("11101111");
	begin(5, false);
	set_count(3);
	expect_out("1111");
	set_gate(true);
	expect_out("11101111");
}

/* A century of the shortest periods takes no time. */
static void skips_periods(void)
{
	for (unsigned int mode = 2; mode < 4; mode++) {
		for (u32 count = 1; count < 4; count++) {
			begin(mode, false);
			set_gate(true);
			set_count(count);
			pulse = 1ull << 52;
			pit8254_counter_advance(&counter, pulse);
			CHECK(count == 1 || pit8254_counter_next_rise(
						    &counter) <= pulse + count);
		}
	}
}

static void does_not_fire_with_a_count_of_one(void)
{
	for (unsigned int mode = 2; mode < 4; mode++) {
		begin(mode, false);
		set_gate(true);
		set_count(1);
		CHECK_EQ(pit8254_counter_next_rise(&counter),
			 PIT8254_COUNTER_NEVER);
		expect_out("11111");
		CHECK_EQ(pit8254_counter_next_rise(&counter),
			 PIT8254_COUNTER_NEVER);
	}
}

static void takes_any_digits(void)
{
	begin(0, true);
	set_gate(true);
	pit8254_counter_write(&counter, 0, 0xffff);
	pit8254_counter_advance(&counter, 1);
	CHECK_EQ(pit8254_counter_read(&counter), bcd(16665 % 10000));
}

static void does_not_go_back_in_time(void)
{
	begin(0, false);
	set_gate(true);
	set_count(100);
	pit8254_counter_advance(&counter, 51);
	pit8254_counter_advance(&counter, 10);
	CHECK_EQ(pit8254_counter_read(&counter), 50);
}

static const struct unit_test tests[] = {
	UNIT_TEST(draws_the_wave_forms),
	UNIT_TEST(counts_as_if_pulse_by_pulse),
	UNIT_TEST(skips_periods),
	UNIT_TEST(does_not_fire_with_a_count_of_one),
	UNIT_TEST(takes_any_digits),
	UNIT_TEST(does_not_go_back_in_time),
};

int main(void)
{
	return UNIT_RUN(tests);
}
