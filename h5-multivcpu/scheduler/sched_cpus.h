#pragma once
/*
 * The CPUs as the scheduler sees them: which unit each one runs, until when,
 * and which one has to be told that a unit waits.
 *
 * A CPU need not be told if it will look at the queue by itself. Two kinds do
 * not: those that are idle, and those that are deaf: they run a unit with no
 * alarm for the end of its slice, since nobody waited when they looked last.
 * So, outside of the scheduler's lock, nobody who is in the queue may run on a
 * deaf CPU, nor on an idle one that has not been told; only a unit that a CPU
 * has put there and takes again soon is an exception.
 */
#include "scheduler/host_timer.h"
#include "scheduler/sched_turns.h"
#include "scheduler/scheduler.h"
#include "smp/cpu.h"

struct sched_cpu {
	struct sched_unit *running;    /* NULL: none */
	const struct sched_unit *last; /* the one before: never looked into */
	u64 began;		       /* when running got the CPU, TSC */
	u64 slice_end; /* when it gives the CPU to whoever waits, TSC */
	struct host_timer alarm; /* set to slice_end while somebody waits */
	bool called;		 /* by scheduler_call(): atomic */
	u64 waits_since;	 /* halted since, TSC; 0: is not. Atomic */
	struct sched_counters counters;
};

struct sched_cpus {
	struct sched_turns turns;
	u64 idle; /* bits: what the header says */
	u64 deaf; /* atomic: see sched_cpus_is_deaf() */
	struct sched_cpu cpu[CPUS_MAX];
};

/* Takes note of the time that has passed, ahead of any use of turns. */
void sched_cpus_advance(struct sched_cpus *cpus, u64 now);

/*
 * A unit has been put in the queue: tells an idle CPU; or all deaf ones, and
 * has one of them end its slice early, if that lets the unit run soon.
 */
void sched_cpus_announce(struct sched_cpus *cpus, const struct sched_unit *unit,
			 u64 now);

/*
 * The running CPU, with that number, takes a unit, which it now runs, or NULL:
 * it is idle.
 */
struct sched_unit *sched_cpus_take(struct sched_cpus *cpus, u32 number,
				   u64 now);

/* How long the unit on a CPU has had it, TSC ticks. */
u64 sched_cpus_time(const struct sched_cpus *cpus, u32 number, u64 now);

/* The running CPU's unit does not run any more; its time is accounted for. */
void sched_cpus_leave(struct sched_cpus *cpus, u32 number, u64 now);

/*
 * Nobody has come for whom the running CPU's slice would end: without the
 * scheduler's lock. It stays so until somebody tells that CPU.
 */
static inline bool sched_cpus_is_deaf(const struct sched_cpus *cpus, u32 number)
{
	return (__atomic_load_n(&cpus->deaf, __ATOMIC_RELAXED) >> number & 1) !=
	       0;
}

/*
 * Has the slice of the running CPU's unit come to its end? If not, the alarm is
 * set as far as it is needed.
 */
bool sched_cpus_slice_is_over(struct sched_cpus *cpus, u32 number, u64 now);
