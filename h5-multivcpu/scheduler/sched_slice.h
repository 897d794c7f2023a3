#pragma once
/*
 * What the running CPU does with its units: takes one, watches the end of its
 * slice, and gives it up. number is the running CPU's.
 */
#include "scheduler/sched_cpus.h"

/*
 * Takes the unit that is next, which is Running then, or NULL: the CPU is idle.
 * That is the first in its own queue, or one of another's that it may run and
 * that has had so much less that it outweighs cold caches.
 */
struct sched_unit *sched_slice_begin(struct sched_cpus *cpus, u32 number,
				     u64 now);

/*
 * Has the slice come to its end, for somebody who waits? If not, the alarm is
 * set as far as needed. Cheap unless the alarm has come or the CPU been told.
 */
bool sched_slice_is_over(struct sched_cpus *cpus, u32 number, u64 now);

/*
 * The CPU's unit does not run any more; its time is accounted for. back: it is
 * Ready, in this CPU's queue; else the caller moves its state.
 */
void sched_slice_end(struct sched_cpus *cpus, u32 number, u64 now, bool back);
