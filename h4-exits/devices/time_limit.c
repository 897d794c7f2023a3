#include "devices/time_limit.h"

static void expire(struct device_timer *timer, u64 now)
{
	struct time_limit *limit =
		(void *)((u8 *)timer - offsetof(struct time_limit, timer));

	(void)now;
	if (limit->end->kind == MACHINE_RUNS) {
		*limit->end = (struct machine_end){MACHINE_TIME_UP, 0};
	}
}

void time_limit_start(struct time_limit *limit, struct device_clock *clock,
		      struct machine_end *end, u64 ns)
{
	*limit = (struct time_limit){.timer.expire = expire, .end = end};
	device_timer_set(clock, &limit->timer, device_clock_now(clock) + ns);
}
