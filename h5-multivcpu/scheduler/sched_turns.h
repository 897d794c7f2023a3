#pragma once
/*
 * Whose turn it is: the one rule that shares out the CPUs.
 *
 * A unit has a turn time, which grows by the time that it runs. Of all that may
 * run on a CPU, the one with the least gets it. Units that compete all the time
 * so get the same, on however many CPUs; one that is alone on its CPU gets
 * more, and the others see nothing of it.
 *
 * The floor is the least turn time among the units that are Ready or Running.
 * It only rises. All turn times of these are kept within a few slices above it:
 *
 *  - one that was Blocked or Free comes back no lower than the floor, so that a
 *    long sleep is no credit;
 *  - one that had its CPU for itself ends no higher than the reach, so that it
 *    owes nothing for what nobody else could use when company comes.
 *
 * The caller keeps CPUs apart: all of this is under the scheduler's lock.
 */
#include "scheduler/sched_unit.h"

struct sched_turns {
	struct run_queue ready;
	u64 floor;
	u64 slice; /* how long a turn is, TSC ticks */
};

/* The CPUs, as bits, for which somebody is waiting. */
u64 sched_turns_wanted(const struct sched_turns *turns);

/* A unit that was not Ready or Running gets its place in time. */
void sched_turns_enter(struct sched_turns *turns, struct sched_unit *unit);

/* Puts a unit among those that wait, and takes one out. */
void sched_turns_put(struct sched_turns *turns, struct sched_unit *unit);
void sched_turns_remove(struct sched_turns *turns, struct sched_unit *unit);

/* The first of those who wait for a CPU, whom it leaves there; or NULL. */
struct sched_unit *sched_turns_first(const struct sched_turns *turns, u32 cpu);

/*
 * Takes out the one that is to run on a CPU, or NULL: the first, unless one
 * that has run there last is nearly as early, and finds its caches warm.
 */
struct sched_unit *sched_turns_take(struct sched_turns *turns, u32 cpu);

/*
 * Raises the floor. running: the least turn time of those that run at this
 * moment, UINT64_MAX if nobody does.
 */
void sched_turns_advance(struct sched_turns *turns, u64 running);

/* The unit has run for so many ticks. */
void sched_turns_charge(const struct sched_turns *turns,
			struct sched_unit *unit, u64 ticks);
