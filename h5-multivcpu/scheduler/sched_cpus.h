#pragma once
/*
 * The CPUs as the scheduler sees them: who waits in the queue of each, and whom
 * it runs.
 *
 * Each CPU has a lock of its own. What others want to know of it stands in
 * struct sched_cpu a second time, written under that lock and read by all
 * without it. So it may be a moment old: good for a choice, while whoever takes
 * a unit out of a queue has the queue's lock and looks again.
 */
#include "lib/spinlock.h"
#include "scheduler/host_timer.h"
#include "scheduler/sched_turns.h"
#include "scheduler/scheduler.h"
#include "smp/cpu.h"

struct sched_cpu {
	struct spinlock lock;
	/* Under the lock. */
	struct run_queue queue;	    /* the tags are the CPUs a unit may use */
	struct sched_unit *running; /* NULL: none */

	/* Written under the lock, read atomically. */
	u64 wanted;    /* bits: CPUs that somebody in the queue may run on */
	u64 first;     /* the first one's turn time; UINT64_MAX: it is empty */
	u32 waiting;   /* how many are in the queue */
	u64 may_use;   /* what running may run on; 0: nobody runs */
	u64 base;      /* its turn time when it got the CPU, less began */
	u64 began;     /* when that was, TSC */
	u64 slice_end; /* when it gives the CPU to whoever waits, TSC */

	/* Atomic. */
	bool told;	 /* it is to look whether its slice is over */
	bool called;	 /* by scheduler_call() */
	u64 waits_since; /* halted since, TSC; 0: is not */

	/* Its own alone. */
	const struct sched_unit *last; /* the one before: never looked into */
	u64 alarm; /* slice_end while somebody waits; or HOST_TIMER_NEVER */
	struct sched_counters counters;
} __attribute__((aligned(64)));

struct sched_cpus {
	struct sched_turns turns;
	u64 idle; /* atomic, bits: sched_place.h says what they mean */
	u64 deaf;
	struct sched_cpu cpu[CPUS_MAX];
};

/* Who waits in all queues together. */
struct sched_waiting {
	u64 wanted; /* bits: the CPUs for which somebody is waiting */
	u32 count;
};

struct sched_waiting sched_cpus_waiting(const struct sched_cpus *cpus);

/* The turn time of whom the CPU runs; UINT64_MAX if it does not. */
u64 sched_cpus_time(const struct sched_cpu *cpu, u64 now);

/*
 * The floor of the turns rises to the least turn time of all that are Ready or
 * Running. One that is just on its way from one CPU to another may be missed:
 * then the floor is too high, by less than a slice where others compete.
 */
void sched_cpus_advance(struct sched_cpus *cpus, u64 now);

/* Puts a unit in a CPU's queue and takes one out: with the CPU's lock. */
void sched_cpus_put(struct sched_cpus *cpus, u32 number,
		    struct sched_unit *unit);
void sched_cpus_take_out(struct sched_cpu *cpu, struct sched_unit *unit);

/* Its turn time while it waits; NULL, for nobody: UINT64_MAX. */
static inline u64 sched_cpus_key(const struct sched_unit *first)
{
	return first == NULL ? UINT64_MAX : first->node.key;
}

/* The first in a CPU's queue that may run on CPU number, or NULL; likewise. */
struct sched_unit *sched_cpus_first(const struct sched_cpu *cpu, u32 number);

/* A move of a unit that whoever calls may make and that exists. */
void sched_cpus_move(struct sched_unit *unit, enum vcpu_state to);
