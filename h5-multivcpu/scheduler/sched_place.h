#pragma once
/*
 * In which CPU's queue a unit waits that has become Ready, and which CPUs hear
 * of it.
 *
 * A CPU need not be told if it will look at the queues by itself. Two kinds do
 * not: those that are idle, and those that are deaf: they run a unit with no
 * alarm for the end of its slice, since nobody waited when they looked last.
 * Either says so, by its bit, and then looks once more; whoever puts a unit in
 * a queue does that first, and looks at the bits then. So one of the two sees
 * the other. Only a unit that a CPU puts back and takes again soon is not
 * announced; that CPU announces what it leaves in the queue.
 */
#include "scheduler/sched_cpus.h"

/*
 * Puts a unit that has its place in the order where it waits least: at an idle
 * CPU; at one that ends its slice early for it; else where it has been. The
 * caller may move the unit's state, and does not touch it afterwards unless he
 * has its lock.
 */
void sched_place_put(struct sched_cpus *cpus, struct sched_unit *unit, u64 now);

/* The part of sched_place_announce() that is seldom needed. */
void sched_place_tell(struct sched_cpus *cpus, u64 wanted);

/* Tells the deaf CPUs among these, and one that is idle. */
static inline void sched_place_announce(struct sched_cpus *cpus, u64 wanted)
{
	u64 deaf = __atomic_load_n(&cpus->deaf, __ATOMIC_SEQ_CST);
	u64 idle = __atomic_load_n(&cpus->idle, __ATOMIC_SEQ_CST);

	if ((wanted & (deaf | idle)) != 0) {
		sched_place_tell(cpus, wanted);
	}
}
