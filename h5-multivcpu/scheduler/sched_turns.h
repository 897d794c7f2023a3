#pragma once
/*
 * Whose turn it is: the one rule that shares out the CPUs.
 *
 * A unit has a turn time, which grows by the time that it runs. Of all units
 * that wait for a CPU, the one with the least gets it. So those that compete
 * get the same, on however many CPUs; one that is alone on its CPU gets more,
 * and the others see nothing of it.
 *
 * The floor is the least turn time among the units that are Ready or Running;
 * it only rises, and a unit that comes back from sleep starts hardly lower: so
 * that it gets a CPU soon, but sleep is no credit. Nor is a CPU that nobody
 * else could use a debt for ever: the lead that a unit has over the floor fades
 * with time. A unit that gets a part p of a CPU, where the worst off gets a
 * part q, comes to rest at a lead of p - q of that time. Whoever gets more than
 * another has the greater lead, then, and the rule still evens out the parts of
 * those that can take each other's place, whatever other units are bound to
 * which CPUs.
 *
 * Both members are read and written atomically, by all CPUs. A unit is changed
 * by whoever may move its state.
 */
#include "scheduler/sched_unit.h"

struct sched_turns {
	u64 floor;
	u64 slice; /* TSC ticks: 1 .. 2^30 */
};

/*
 * Ticks from one moment to another, of the TSC or of turn time; 0 if the other
 * is earlier: the TSCs of two CPUs may be out of step.
 */
static inline u64 sched_turns_between(u64 from, u64 to)
{
	return to > from ? to - from : 0;
}

/* The length of a slice, TSC ticks. */
u64 sched_turns_slice(const struct sched_turns *turns);

/*
 * The floor may rise to the least turn time of all that are Ready or Running,
 * UINT64_MAX if nobody is. Comes ahead of entering and charging.
 */
void sched_turns_advance(struct sched_turns *turns, u64 least);

/* A unit that was neither Ready nor Running gets its place in the order. */
void sched_turns_enter(const struct sched_turns *turns, struct sched_unit *unit,
		       u64 now);

/* The unit has run for so many TSC ticks. */
void sched_turns_charge(const struct sched_turns *turns,
			struct sched_unit *unit, u64 ticks, u64 now);

/*
 * How long the next turn on one of so many CPUs may be, TSC ticks: a slice, or
 * less where so many wait that their turns would come too seldom.
 */
u64 sched_turns_length(const struct sched_turns *turns, u32 cpus, u32 waiting);
