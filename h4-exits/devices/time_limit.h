#pragma once
/*
 * An end that comes by itself: how long the machine may be on.
 *
 * No PC has this device, and the guest cannot see it. It is for guests that do
 * not end, or may not.
 */
#include "devices/device_clock.h"
#include "devices/machine_end.h"

struct time_limit {
	struct device_timer timer;
	struct machine_end *end;
};

/* Ends the machine ns from now, unless it has ended before. */
void time_limit_start(struct time_limit *limit, struct device_clock *clock,
		      struct machine_end *end, u64 ns);
