#include "devices/device_clock.h"

/* In two parts, since time * hz does not fit 64 bits. */
u64 device_clock_ticks(u64 time, u64 hz)
{
	return time / DEVICE_CLOCK_HZ * hz +
	       time % DEVICE_CLOCK_HZ * hz / DEVICE_CLOCK_HZ;
}

/* Rounded up: a nanosecond earlier, the tick is not over. */
u64 device_clock_time(u64 ticks, u64 hz)
{
	return ticks / hz * DEVICE_CLOCK_HZ +
	       (ticks % hz * DEVICE_CLOCK_HZ + hz - 1) / hz;
}

static void take_out(struct device_clock *clock,
		     const struct device_timer *timer)
{
	struct device_timer **link = &clock->first;

	while (*link != NULL && *link != timer) {
		link = &(*link)->next;
	}
	if (*link != NULL) {
		*link = timer->next;
	}
}

static void put_in(struct device_clock *clock, struct device_timer *timer)
{
	struct device_timer **link = &clock->first;

	while (*link != NULL && (*link)->deadline <= timer->deadline) {
		link = &(*link)->next;
	}
	timer->next = *link;
	*link = timer;
}

static void find_next(struct device_clock *clock)
{
	clock->next = clock->first == NULL ? DEVICE_CLOCK_NEVER
					   : clock->first->deadline;
}

void device_timer_set(struct device_clock *clock, struct device_timer *timer,
		      u64 deadline)
{
	take_out(clock, timer);
	timer->deadline = deadline;
	if (deadline != DEVICE_CLOCK_NEVER) {
		put_in(clock, timer);
	}
	/* A device that stirs the clock may set a timer in the same access. */
	if (clock->next != 0) {
		find_next(clock);
	}
}

u64 device_clock_next_heard(const struct device_clock *clock)
{
	const struct device_timer *timer = clock->first;

	while (timer != NULL && timer->is_heard != NULL &&
	       !timer->is_heard(timer)) {
		timer = timer->next;
	}
	return timer == NULL ? DEVICE_CLOCK_NEVER : timer->deadline;
}

void device_clock_run(struct device_clock *clock)
{
	u64 now = device_clock_now(clock);

	while (clock->first != NULL && clock->first->deadline <= now) {
		struct device_timer *timer = clock->first;

		clock->first = timer->next;
		timer->deadline = DEVICE_CLOCK_NEVER;
		timer->expire(timer, now);
	}
	find_next(clock);
}
