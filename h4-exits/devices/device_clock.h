#pragma once
/*
 * The time of an emulated machine, and the alarms of its devices.
 *
 * Time is in nanoseconds since the machine was switched on. A device computes
 * what its counters hold from it when they are read; an alarm is needed only
 * where something happens by itself, such as an interrupt.
 */
#include "lib/types.h"

#define DEVICE_CLOCK_NEVER UINT64_MAX
#define DEVICE_CLOCK_HZ	   1000000000ull

struct device_clock;

struct device_timer {
	u64 deadline; /* DEVICE_CLOCK_NEVER: not set */
	void (*expire)(struct device_timer *timer, u64 now);

	/*
	 * Would anybody be interrupted now if it expired? NULL: yes. If not,
	 * there is time until the next access to a device.
	 */
	bool (*is_heard)(const struct device_timer *timer);

	struct device_timer *next; /* the clock's list, earliest first */
};

struct device_clock {
	u64 (*now)(const struct device_clock *clock);
	struct device_timer *first;
	u64 next; /* see device_clock_next() */
};

static inline u64 device_clock_now(const struct device_clock *clock)
{
	return clock->now(clock);
}

/*
 * When the next timer expires; DEVICE_CLOCK_NEVER where none is set. 0 after
 * device_clock_stir(), until the clock runs.
 */
static inline u64 device_clock_next(const struct device_clock *clock)
{
	return clock->next;
}

/* The next of those that are heard. */
u64 device_clock_next_heard(const struct device_clock *clock);

/* What is_heard() says of a timer may have changed. */
static inline void device_clock_stir(struct device_clock *clock)
{
	clock->next = 0;
}

/*
 * How many ticks of a crystal of hz (1 .. 10^9) are over at a time, and the
 * time at which a tick is over. There is no rounding that adds up: the first of
 * the second is the tick again. The tick must lie before the year 2500.
 */
u64 device_clock_ticks(u64 time, u64 hz);
u64 device_clock_time(u64 ticks, u64 hz);

/* Sets the timer, or sets it anew. DEVICE_CLOCK_NEVER takes it back. */
void device_timer_set(struct device_clock *clock, struct device_timer *timer,
		      u64 deadline);

/*
 * Lets every timer expire whose deadline has come. A timer is not set any more
 * when its function is called, which may set it again, later than now.
 */
void device_clock_run(struct device_clock *clock);
