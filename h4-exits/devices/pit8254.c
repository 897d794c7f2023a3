#include "devices/pit8254.h"
#include "devices/machine_layout.h"

/* A Control Word that names no channel, or no access, is a command. */
#define CONTROL_PORT	     3
#define CONTROL_SC_SHIFT     6
#define CONTROL_READ_BACK    3
#define CONTROL_RW	     0x30 /* 0: counter latch command */
#define READ_BACK_NOT_COUNT  0x20
#define READ_BACK_NOT_STATUS 0x10
#define READ_BACK_CHANNEL(n) (2u << (n))

/* Port 61H. */
#define SYSTEM_B_GATE_2	  0x01
#define SYSTEM_B_WRITABLE 0x0f
#define SYSTEM_B_REFRESH  0x10
#define SYSTEM_B_OUT_2	  0x20

#define CHANNEL_0_MODE_3 0x36
#define CHANNEL_1_MODE_2 0x54
#define CHANNEL_2_MODE_3 0xb6
#define REFRESH_COUNT	 18 /* 15 us */

/*
 * Two interrupts of the timer are at least so many nanoseconds apart. A guest
 * that asks for more has lost some: it could do nothing else than take them.
 */
#define RISES_APART 50000

static u64 pulse_now(const struct pit8254 *pit)
{
	return device_clock_ticks(device_clock_now(pit->clock), PIT8254_HZ);
}

/* Finds out when channel 0's OUT will rise, and sets the alarm. */
static void await_rise(struct pit8254 *pit)
{
	u64 pulse = pit8254_counter_next_rise(&pit->channels[0].counter);
	u64 deadline = DEVICE_CLOCK_NEVER;

	if (pulse != PIT8254_COUNTER_NEVER) {
		deadline = max_u64(device_clock_time(pulse, PIT8254_HZ),
				   pit->rose + RISES_APART);
	}
	device_timer_set(pit->clock, &pit->rise, deadline);
}

/* However many times OUT rose meanwhile, this is one edge. */
static void rise(struct device_timer *timer, u64 now)
{
	struct pit8254 *pit = CONTAINER_OF(timer, struct pit8254, rise);

	pit8254_counter_advance(&pit->channels[0].counter,
				device_clock_ticks(now, PIT8254_HZ));
	pit->rose = now;
	irq_line_set(&pit->line, false);
	irq_line_set(&pit->line, true);
	await_rise(pit);
}

/* Channel 0 is all that the timer is for. */
static bool is_heard(const struct device_timer *timer)
{
	return irq_line_is_heard(
		&CONTAINER_OF(timer, const struct pit8254, rise)->line);
}

/* A rise that is due happened before what the guest does now. */
static void catch_up(struct pit8254 *pit)
{
	u64 now = device_clock_now(pit->clock);

	if (pit->rise.deadline <= now) {
		device_timer_set(pit->clock, &pit->rise, DEVICE_CLOCK_NEVER);
		rise(&pit->rise, now);
	}
}

static void read_back(struct pit8254 *pit, u64 pulse, u8 command)
{
	for (unsigned int n = 0; n < ARRAY_SIZE(pit->channels); n++) {
		if ((command & READ_BACK_CHANNEL(n)) == 0) {
			continue;
		}
		if ((command & READ_BACK_NOT_COUNT) == 0) {
			pit8254_channel_latch_count(&pit->channels[n], pulse);
		}
		if ((command & READ_BACK_NOT_STATUS) == 0) {
			pit8254_channel_latch_status(&pit->channels[n], pulse);
		}
	}
}

static void write_control(struct pit8254 *pit, u64 pulse, u8 control)
{
	unsigned int n = control >> CONTROL_SC_SHIFT;

	if (n == CONTROL_READ_BACK) {
		read_back(pit, pulse, control);
	} else if ((control & CONTROL_RW) == 0) {
		pit8254_channel_latch_count(&pit->channels[n], pulse);
	} else {
		pit8254_channel_control(&pit->channels[n], pulse, control);
	}
}

static bool pit_write(void *device, u64 offset, unsigned int size, u64 value)
{
	struct pit8254 *pit = device;
	struct pit8254_counter *first = &pit->channels[0].counter;
	u64 pulse = pulse_now(pit);
	bool out;

	(void)size;
	catch_up(pit);
	pit8254_counter_advance(first, pulse);
	out = first->out;
	if (offset == CONTROL_PORT) {
		write_control(pit, pulse, (u8)value);
	} else {
		pit8254_channel_write(&pit->channels[offset], pulse, (u8)value);
	}
	if (first->out != out) {
		irq_line_set(&pit->line, first->out);
	}
	await_rise(pit);
	return true;
}

static bool pit_read(void *device, u64 offset, unsigned int size, u64 *value)
{
	struct pit8254 *pit = device;

	(void)size;
	if (offset == CONTROL_PORT) {
		return false;
	}
	*value = pit8254_channel_read(&pit->channels[offset], pulse_now(pit));
	return true;
}

static bool system_b_write(void *device, u64 offset, unsigned int size,
			   u64 value)
{
	struct pit8254 *pit = device;

	(void)offset;
	(void)size;
	pit->system_b = (u8)value & SYSTEM_B_WRITABLE;
	pit8254_counter_set_gate(&pit->channels[2].counter, pulse_now(pit),
				 (value & SYSTEM_B_GATE_2) != 0);
	return true;
}

/* The refresh bit turns over with each refresh, as firmware has set them. */
static bool system_b_read(void *device, u64 offset, unsigned int size,
			  u64 *value)
{
	struct pit8254 *pit = device;
	u64 pulse = pulse_now(pit);

	(void)offset;
	(void)size;
	pit8254_counter_advance(&pit->channels[2].counter, pulse);
	*value = pit->system_b;
	if (pulse / REFRESH_COUNT % 2 != 0) {
		*value |= SYSTEM_B_REFRESH;
	}
	if (pit->channels[2].counter.out) {
		*value |= SYSTEM_B_OUT_2;
	}
	return true;
}

static const struct bus_ops pit_ops = {pit_read, pit_write, 1};
static const struct bus_ops system_b_ops = {system_b_read, system_b_write, 1};

static void initialize(struct pit8254 *pit)
{
	u64 pulse = pulse_now(pit);

	pit->channels[0].counter.gate = true;
	pit->channels[1].counter.gate = true;
	write_control(pit, pulse, CHANNEL_0_MODE_3);
	pit8254_channel_write(&pit->channels[0], pulse, 0);
	pit8254_channel_write(&pit->channels[0], pulse, 0);
	write_control(pit, pulse, CHANNEL_1_MODE_2);
	pit8254_channel_write(&pit->channels[1], pulse, REFRESH_COUNT);
	write_control(pit, pulse, CHANNEL_2_MODE_3);
}

struct error pit8254_attach(struct pit8254 *pit, struct bus *ports,
			    struct device_clock *clock, struct irq_line line)
{
	struct error error;

	*pit = (struct pit8254){
		.clock = clock,
		.line = line,
		.rise = {.deadline = DEVICE_CLOCK_NEVER,
			 .expire = rise,
			 .is_heard = is_heard},
	};
	initialize(pit);
	error = bus_add(ports, (struct bus_range){MACHINE_PORT_PIT,
						  MACHINE_PORT_PIT + 3,
						  &pit_ops, pit, "8254"});
	if (failed(error)) {
		return error;
	}
	error = bus_add(ports,
			(struct bus_range){MACHINE_PORT_SYSTEM_B,
					   MACHINE_PORT_SYSTEM_B, &system_b_ops,
					   pit, "system control port B"});
	if (failed(error)) {
		return error;
	}
	await_rise(pit);
	return SUCCESS;
}
