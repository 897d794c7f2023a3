#pragma once
/*
 * What the scheduler hands out CPUs to: a vCPU, as far as the scheduler knows
 * it. A unit is embedded in a vCPU, whose owner fills in the first fields.
 */
#include "lib/spinlock.h"
#include "lib/types.h"
#include "scheduler/run_queue.h"
#include "vcpu/vcpu_state.h"

struct sched_unit;

/* Why a unit has given its CPU back. */
enum sched_verdict {
	SCHED_SLICE_OVER, /* it could go on: Ready */
	SCHED_BLOCK,	  /* it waits for scheduler_wake(): Blocked */
	SCHED_LEAVE,	  /* it is to be off the scheduler: Free */
	SCHED_FAILED,	  /* the same, for ever: Invalid */
};

struct sched_ops {
	/*
	 * Runs the unit on the running CPU for as long as scheduler_go_on()
	 * lets it. Called with no lock taken and interrupts off, and returns
	 * so.
	 */
	enum sched_verdict (*run)(struct sched_unit *unit);
	/*
	 * Brings home what the running CPU alone holds of the unit: VMCLEAR. So
	 * called after each run, on the same CPU, before any other CPU can run
	 * the unit and before it is Blocked, Free or Invalid.
	 */
	void (*detach)(struct sched_unit *unit);
};

/* The unit has not run yet: no CPU's number. */
#define SCHED_NO_CPU UINT32_MAX

/*
 * Who may move the state: while it is Free or Blocked, whoever has the unit's
 * lock; Ready, the lock of the CPU in whose queue the unit is; Running, that
 * CPU alone. The unit's lock is taken before a CPU's; to block takes it too, so
 * that no wake falls between the last look and the sleep.
 */
struct sched_unit {
	const struct sched_ops *ops;
	u64 allowed; /* bits: the CPUs; changes only while it is Free */
	u64 first;   /* those of them for its next run; 0 again after that */
	enum vcpu_state state; /* others read it with vcpu_state_now() */
	u32 cpu; /* where it runs, or ran last; begins as SCHED_NO_CPU */
	u64 ran; /* TSC ticks in all runs that are over */

	/* The scheduler's own; zero at the beginning. */
	struct spinlock lock;
	u32 queue;	  /* the CPU in whose queue it is, while it is Ready */
	u64 turn_time;	  /* what it is ordered by: sched_turns.h */
	u64 forgot_at;	  /* TSC: how old turn_time is */
	u32 wake_pending; /* somebody has woken it since scheduler_begin() */
	struct run_queue_node node;
};

/* The CPUs that may run it now. */
static inline u64 sched_unit_cpus(const struct sched_unit *unit)
{
	return unit->first != 0 ? unit->first : unit->allowed;
}
