#pragma once
/*
 * What devices are plugged into: a bus of ports, a time that tests set, and a
 * line that remembers what it was driven to.
 */
#include "devices/bus.h"
#include "devices/device_clock.h"
#include "devices/irq_line.h"
#include "unit.h"

static struct bus ports;
static u64 time_now;

static inline u64 now_is(const struct device_clock *clock)
{
	(void)clock;
	return time_now;
}

static struct device_clock device_clock = {.now = now_is};

static struct {
	bool level;
	unsigned int rises;
} wire;

static inline void wire_set(void *controller, unsigned int number, bool level)
{
	(void)controller;
	(void)number;
	wire.rises += level && !wire.level;
	wire.level = level;
}

static const struct irq_line wire_line = {.set = wire_set};

/* An empty machine that was switched on just now. */
static inline void start(void)
{
	memset(&ports, 0, sizeof(ports));
	memset(&wire, 0, sizeof(wire));
	device_clock.first = NULL;
	device_clock.next = DEVICE_CLOCK_NEVER;
	time_now = 0;
}

/* Lets the time pass, alarm by alarm. */
static inline void run_until(u64 time)
{
	while (device_clock_next(&device_clock) <= time) {
		time_now = max_u64(time_now, device_clock_next(&device_clock));
		device_clock_run(&device_clock);
	}
	time_now = time;
}

static inline void run_for(u64 ns)
{
	run_until(time_now + ns);
}

static inline u64 in(u64 port, unsigned int size)
{
	u64 value = 0;

	bus_read(&ports, port, size, &value);
	return value;
}

static inline u8 in8(u64 port)
{
	return (u8)in(port, 1);
}

static inline void out8(u64 port, u8 value)
{
	bus_write(&ports, port, 1, value);
}

#define MICROSECOND 1000ull
#define MILLISECOND 1000000ull
#define SECOND	    1000000000ull
