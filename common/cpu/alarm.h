#pragma once
/*
 * One alarm of the running CPU: an interrupt at a moment of the time-stamp
 * counter, by the local APIC's timer.
 */
#include "lib/error.h"
#include "lib/types.h"

/*
 * Measures the timer against the TSC, for 1 ms, the first time; and has the
 * alarm come as an interrupt with vector, which does nothing by itself: it
 * ends a guest's run or a HLT. lapic_enable() has succeeded on this CPU. Once
 * it has succeeded each CPU can set its own alarm; it must not run on two CPUs
 * at once. Errors: the TSC's
 * frequency is not known; the timer does not count.
 */
struct error alarm_init(u8 vector);

/*
 * Sets the alarm to a moment of the TSC, instead of what it was set to. A
 * moment that has passed comes at once; one that is far off, or between two
 * ticks of the timer, may come early: look at the TSC.
 */
void alarm_set(u64 tsc);

/* Takes it back. One that is already pending may still come. */
void alarm_cancel(void);

/*
 * Was it set, and has its interrupt not been taken yet? One that is pending
 * still comes, and ends a guest's run or a HLT. An interrupt of an earlier
 * setting counts as well. The answer is quick.
 */
bool alarm_is_set(void);
