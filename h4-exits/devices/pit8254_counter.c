#include "devices/pit8254_counter.h"

enum mode {
	INTERRUPT_ON_TERMINAL_COUNT = 0,
	ONE_SHOT = 1, /* "hardware retriggerable" */
	RATE_GENERATOR = 2,
	SQUARE_WAVE = 3,
	SOFTWARE_STROBE = 4,
	HARDWARE_STROBE = 5,
};

/* Bit 2 of the mode does not matter in modes 2 and 3. */
static enum mode mode_of(const struct pit8254_counter *counter)
{
	return (enum mode)(counter->mode > 5 ? counter->mode - 4
					     : counter->mode);
}

/* Modes 1 and 5 load their counter at a trigger only. */
static bool waits_for_trigger(const struct pit8254_counter *counter)
{
	enum mode mode = mode_of(counter);

	return mode == ONE_SHOT || mode == HARDWARE_STROBE;
}

static bool is_strobe(const struct pit8254_counter *counter)
{
	enum mode mode = mode_of(counter);

	return mode == SOFTWARE_STROBE || mode == HARDWARE_STROBE;
}

static u32 modulus(const struct pit8254_counter *counter)
{
	return counter->bcd ? 10000 : 65536;
}

static u16 to_bcd(u32 n)
{
	return (u16)((n / 1000) << 12 | (n / 100 % 10) << 8 |
		     (n / 10 % 10) << 4 | n % 10);
}

static u32 from_bcd(u16 bcd)
{
	return (bcd >> 12) * 1000u + ((bcd >> 8) & 15) * 100u +
	       ((bcd >> 4) & 15) * 10u + (bcd & 15);
}

/* The count that the guest wrote, 1 .. the modulus. */
static u32 initial_count(const struct pit8254_counter *counter)
{
	u32 wrap = modulus(counter);
	u32 n = counter->initial;

	if (counter->bcd) {
		n = from_bcd(counter->initial) % wrap;
	}
	return n == 0 ? wrap : n;
}

static void load(struct pit8254_counter *counter)
{
	counter->loaded = initial_count(counter);
	counter->value = counter->loaded;
	if (mode_of(counter) == SQUARE_WAVE) {
		counter->value &= ~1u; /* it goes down by twos */
	}
	counter->null_count = false;
}

/* The pulse that loads does not count down. */
static void load_pulse(struct pit8254_counter *counter)
{
	load(counter);
	counter->loading = false;
	counter->armed = true;
	/* A one-shot begins, and a strobe that was on its way is over. */
	counter->out = mode_of(counter) != INTERRUPT_ON_TERMINAL_COUNT &&
		       mode_of(counter) != ONE_SHOT;
}

/* Modes 0, 1, 4 and 5: OUT changes at zero, and the counter runs on. */
static void run_once(struct pit8254_counter *counter, u64 pulses)
{
	u32 wrap = modulus(counter);

	if (counter->armed && pulses >= counter->value) {
		counter->armed = false;
		/* A strobe is low for one pulse, the one that comes to zero. */
		counter->out = !is_strobe(counter) || pulses > counter->value;
	}
	counter->value = (u32)((counter->value + wrap - pulses % wrap) % wrap);
}

/* Mode 2: N, N - 1 .. 1, and OUT is low while it is at 1. */
static void run_rate_generator(struct pit8254_counter *counter, u64 pulses)
{
	if (pulses >= counter->value) {
		pulses -= counter->value;
		load(counter);
		pulses %= counter->loaded;
	}
	counter->value -= (u32)pulses;
	counter->out = counter->value != 1 || counter->loaded == 1;
}

/* An odd count makes the high half one pulse longer than the low one. */
static u32 half_left(const struct pit8254_counter *counter)
{
	return counter->value / 2 + (counter->out ? counter->loaded % 2 : 0);
}

/* Mode 3: down by twos, then once more from above with OUT turned over. */
static void run_square_wave(struct pit8254_counter *counter, u64 pulses)
{
	if (pulses >= half_left(counter)) {
		pulses -= half_left(counter);
		counter->out = !counter->out;
		load(counter);
		pulses %= counter->loaded;
	}
	/* What is left is less than a period: two halves at most. */
	while (pulses >= half_left(counter)) {
		pulses -= half_left(counter);
		counter->out = !counter->out;
		load(counter);
	}
	counter->value -= 2 * (u32)pulses;
}

void pit8254_counter_advance(struct pit8254_counter *counter, u64 pulse)
{
	u64 pulses;

	/* Two CPUs may not quite agree on the time. */
	if (pulse <= counter->pulse) {
		return;
	}
	pulses = pulse - counter->pulse;
	counter->pulse = pulse;
	if (counter->loading) {
		load_pulse(counter);
		pulses--;
	}
	if (!counter->counting || pulses == 0) {
		return;
	}
	if (is_strobe(counter)) {
		counter->out = true; /* the pulse is over, whatever GATE is */
	}
	if (!counter->gate && !waits_for_trigger(counter)) {
		return;
	}
	switch (mode_of(counter)) {
	case RATE_GENERATOR:
		run_rate_generator(counter, pulses);
		break;
	case SQUARE_WAVE:
		run_square_wave(counter, pulses);
		break;
	default:
		run_once(counter, pulses);
		break;
	}
}

void pit8254_counter_start(struct pit8254_counter *counter, u64 pulse,
			   unsigned int mode, bool bcd)
{
	pit8254_counter_advance(counter, pulse);
	*counter = (struct pit8254_counter){
		.pulse = counter->pulse,
		.mode = (u8)mode,
		.bcd = bcd,
		.value = counter->value,
		.gate = counter->gate,
		.null_count = true,
	};
	counter->out = mode_of(counter) != INTERRUPT_ON_TERMINAL_COUNT;
}

/* The count is complete. When does it come into the counter? */
void pit8254_counter_write(struct pit8254_counter *counter, u64 pulse,
			   u16 count)
{
	pit8254_counter_advance(counter, pulse);
	counter->initial = count;
	counter->null_count = true;
	switch (mode_of(counter)) {
	case INTERRUPT_ON_TERMINAL_COUNT:
		counter->out = false;
		counter->loading = counter->counting = true;
		break;
	case SOFTWARE_STROBE:
		counter->loading = counter->counting = true;
		break;
	case RATE_GENERATOR:
	case SQUARE_WAVE: /* later ones when the period, the half, ends */
		counter->loading |= !counter->has_count;
		counter->counting = true;
		break;
	case ONE_SHOT:
	case HARDWARE_STROBE: /* at a trigger */
		break;
	}
	counter->has_count = true;
}

void pit8254_counter_half_written(struct pit8254_counter *counter, u64 pulse)
{
	pit8254_counter_advance(counter, pulse);
	if (mode_of(counter) == INTERRUPT_ON_TERMINAL_COUNT) {
		counter->counting = false;
		counter->out = false;
	}
}

/* What the guest sees of the counter. */
u16 pit8254_counter_read(const struct pit8254_counter *counter)
{
	u32 n = counter->value % modulus(counter);

	return counter->bcd ? to_bcd(n) : (u16)n;
}

void pit8254_counter_set_gate(struct pit8254_counter *counter, u64 pulse,
			      bool gate)
{
	enum mode mode = mode_of(counter);
	bool level_only =
		mode == INTERRUPT_ON_TERMINAL_COUNT || mode == SOFTWARE_STROBE;

	pit8254_counter_advance(counter, pulse);
	if (gate && !counter->gate && !level_only && counter->has_count) {
		counter->loading = counter->counting = true;
	}
	if (!gate && (mode == RATE_GENERATOR || mode == SQUARE_WAVE)) {
		counter->out = true;
	}
	counter->gate = gate;
}

/* How many pulses it takes OUT to rise, of a counter that counts. */
static u64 pulses_to_rise(const struct pit8254_counter *counter)
{
	u32 next = initial_count(counter);

	switch (mode_of(counter)) {
	case RATE_GENERATOR:
		if (counter->loaded != 1) {
			return counter->value;
		}
		return next == 1 ? PIT8254_COUNTER_NEVER : 1 + next;
	case SQUARE_WAVE:
		if (!counter->out) {
			return half_left(counter);
		}
		return next == 1 ? PIT8254_COUNTER_NEVER
				 : half_left(counter) + next / 2;
	case SOFTWARE_STROBE:
	case HARDWARE_STROBE:
		return counter->armed ? counter->value + 1
				      : PIT8254_COUNTER_NEVER;
	default:
		return counter->armed ? counter->value : PIT8254_COUNTER_NEVER;
	}
}

u64 pit8254_counter_next_rise(const struct pit8254_counter *counter)
{
	struct pit8254_counter at = *counter;
	u64 pulses;

	/* A pulse that loads, or ends a strobe, is like no other. */
	if (at.loading || (is_strobe(&at) && !at.out)) {
		pit8254_counter_advance(&at, at.pulse + 1);
		if (at.out && !counter->out) {
			return at.pulse;
		}
	}
	if (!at.counting || (!at.gate && !waits_for_trigger(&at))) {
		return PIT8254_COUNTER_NEVER;
	}
	pulses = pulses_to_rise(&at);
	return pulses == PIT8254_COUNTER_NEVER ? pulses : at.pulse + pulses;
}
