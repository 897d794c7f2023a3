#pragma once
/*
 * Units for the scheduler's tests: they compute in bursts and sleep in between,
 * and watch that they are treated as the scheduler promises.
 */
#include "scheduler/scheduler.h"

struct sched_task {
	struct sched_unit unit;
	u64 burst; /* ticks of work before each sleep; 0: it never sleeps */
	u64 sleep; /* ticks; 0: until somebody posts something */

	u64 done;		 /* of the burst */
	struct host_timer timer; /* ends the sleep */
	u32 runs_on;		 /* SCHED_NO_CPU: it does not */
	u32 held_by;		 /* the CPU that has it attached, likewise */
	u64 posted;	  /* atomic: how many things others have posted */
	u64 seen;	  /* of these */
	bool stop;	  /* atomic: it is to leave */
	u64 ready_since;  /* when it was woken; 0: it was not */
	u64 longest_wait; /* from a wake to its run */
};

/* Adds a task that may run on the CPUs of a mask. */
void sched_task_start(struct sched_task *task, u64 allowed, u64 burst,
		      u64 sleep);

/* Posts something, so that the task sees it, whatever it does. */
void sched_task_post(struct sched_task *task);

/* Asks it to leave. True: it is off; false: it runs yet, ask again. */
bool sched_task_end(struct sched_task *task);
