#pragma once
/*
 * Which vCPU runs on which CPU, and for how long.
 *
 * Each CPU is in scheduler_run(), and has a queue of its own of units that are
 * Ready, in the order of the time that they have had. It takes the first, or
 * one out of another CPU's queue that it may run and that has had clearly less.
 * So units share all the CPUs that they may run on, whether or not their number
 * divides, and a CPU is idle only while nobody waits for it. The order is that
 * of sched_turns.h; to end a slice, to take the next unit, to block and to wake
 * on the same CPU takes no lock but that CPU's and the unit's.
 *
 * A unit keeps its CPU until its slice is over, and on if nobody waits for that
 * CPU: then no alarm is set for it at all.
 *
 * Interrupts are off wherever these functions are called; smp_kick() is how one
 * CPU has another look at what it has left for it.
 */
#include "lib/error.h"
#include "scheduler/host_timer.h"
#include "scheduler/sched_unit.h"

/* What a slice is, unless somebody knows better: in ns, for tsc_from_ns(). */
#define SCHEDULER_SLICE_NS 5000000ull

/*
 * Sets the length of a slice, TSC ticks, 1 .. 2^30. To be called before any
 * unit is added; called again, it counts from the next slice on. Where very
 * many units wait, slices are shorter.
 */
void scheduler_set_slice(u64 ticks);

/*
 * Free to Ready. Errors: the unit is not Free (vcpu_state_move()); none of the
 * CPUs that it may run on is online: the value is its mask.
 */
struct error scheduler_add(struct sched_unit *unit);

/*
 * Has the unit look at what has been posted to it: if it is Blocked, it becomes
 * Ready; if it is about to block, it does not. Nothing posted before this call
 * is missed by a run that begins after it. From any CPU, in any state. It does
 * not bring a running unit out of its guest: scheduler_kick() does.
 */
void scheduler_wake(struct sched_unit *unit);

/*
 * If the unit runs on another CPU, an interrupt brings it out of its guest; in
 * every other case it looks at what has been posted before it enters.
 */
void scheduler_kick(struct sched_unit *unit);

/*
 * Takes a unit that is Ready or Blocked off: Free. True: it is off, now or
 * before. False: it runs. Then whoever wants it off tells it so in a way of his
 * own, so that its run answers SCHED_LEAVE, calls scheduler_kick() and
 * scheduler_wait_free(). Its memory stays until nobody can wake it any more.
 */
bool scheduler_remove(struct sched_unit *unit);

/*
 * Waits until the unit is off, and takes it off if it comes out of its run in
 * another way. It waits for the CPU that runs the unit and for nothing else. To
 * be called from a service function, where no unit runs on the caller's CPU; a
 * unit's run or an expire function could wait for itself, or for a CPU that
 * waits for this one. The caller holds no lock that a run takes.
 */
void scheduler_wait_free(struct sched_unit *unit);

/*
 * Wakes count anew from here. The scheduler does this ahead of each run; a run
 * that looks once more at what has been posted, after an exit, does it before
 * it looks, or it will be run again for nothing when it blocks.
 */
void scheduler_begin(struct sched_unit *unit);

/*
 * For the unit's run, on its CPU, after an exit that an interrupt of the host
 * or the VMX-preemption timer brought: lets the host's timers expire, has the
 * alarm set, and tells whether the unit is to give the CPU back, by the verdict
 * SCHED_SLICE_OVER or a stronger one. Where the interrupt was for none of this,
 * it takes no lock and looks at no timer.
 */
bool scheduler_slice_is_over(void);

/*
 * When the running CPU has to come out of a guest, TSC: the end of the slice,
 * if somebody waits, or the next timer; HOST_TIMER_NEVER if neither. For the
 * VMX-preemption timer.
 */
u64 scheduler_deadline(void);

/*
 * Has CPU number cpu, or the running one, call its service function soon, and
 * ask whether the loop stops: a unit that runs there comes out with
 * SCHED_SLICE_OVER. Takes no lock: an interrupt handler may call it.
 */
void scheduler_call(u32 cpu);

/* How long the unit has had a CPU until now, TSC ticks. From any CPU. */
u64 scheduler_ran(struct sched_unit *unit);

/*
 * What a CPU does beside running units: nothing that costs time at each turn.
 * Both are called with no unit running, at the beginning and when
 * scheduler_call() has asked for it.
 */
struct sched_loop {
	void (*service)(void *context);
	/* Asked after each service: true ends scheduler_run(). */
	bool (*stops)(void *context);
	void *context;
};

/* Hands out the running CPU until the loop stops. */
void scheduler_run(const struct sched_loop *loop);

/* Of one CPU, since it began. */
struct sched_counters {
	u64 runs;	/* how often a unit got the CPU */
	u64 switches;	/* of these, another one than before */
	u64 migrations; /* of these, one that had run on another CPU before */
	u64 idle;	/* TSC ticks without any */
};

/* cpu: below CPUS_MAX. Those of another CPU may be changing. */
struct sched_counters scheduler_counters(u32 cpu);
