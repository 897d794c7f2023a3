#pragma once
/*
 * Units for the scheduler's tests: they compute in bursts and sleep in between,
 * and watch that they are treated as the scheduler promises.
 */
#include "scheduler/host_cpu.h"
#include "scheduler/scheduler.h"
#include "unit.h"

struct sched_task {
	struct sched_unit unit;
	u64 burst; /* ticks of work before each sleep; 0: it never sleeps */
	u64 sleep; /* ticks; 0: until somebody posts something */

	u64 done;		 /* of the burst */
	struct host_timer timer; /* ends the sleep */
	u32 runs_on;		 /* SCHED_NO_CPU: it does not */
	u32 held_by;		 /* the CPU that has it attached, likewise */
	u64 posted;	  /* atomic: how many things others have posted */
	u64 seen;	  /* atomic: of these */
	bool stop;	  /* atomic: it is to leave */
	u64 ready_since;  /* atomic: when it was woken; 0: it was not */
	u64 longest_wait; /* from a wake to its run */
};

/*
 * What a machine has to offer: executes guest code on the running CPU until a
 * moment; false: until an interrupt or the alarm came before that.
 */
bool sched_task_guest(u64 until);

static inline struct sched_task *sched_task_of(struct sched_unit *unit)
{
	return (struct sched_task *)unit;
}

_Static_assert(offsetof(struct sched_task, unit) == 0,
	       "as sched_task_of() takes it");

static inline void sched_task_attach(struct sched_task *task)
{
	u32 number = host_cpu_number();
	u64 since =
		__atomic_exchange_n(&task->ready_since, 0, __ATOMIC_RELAXED);

	CHECK_EQ(task->runs_on, SCHED_NO_CPU);
	CHECK_EQ(task->held_by, SCHED_NO_CPU);
	CHECK_EQ(task->unit.cpu, number);
	CHECK_EQ(task->unit.state, VCPU_RUNNING);
	CHECK((task->unit.allowed & BIT(number)) != 0);
	task->runs_on = number;
	task->held_by = number;
	if (since != 0) {
		task->longest_wait =
			max_u64(task->longest_wait, host_cpu_now() - since);
	}
}

static inline void sched_task_detach(struct sched_unit *unit)
{
	struct sched_task *task = sched_task_of(unit);

	CHECK_EQ(task->held_by, host_cpu_number());
	CHECK_EQ(unit->state, VCPU_RUNNING);
	task->held_by = SCHED_NO_CPU;
}

/* Posts something, so that the task sees it, whatever it does. */
static inline void sched_task_post(struct sched_task *task)
{
	if (vcpu_state_now(&task->unit.state) == VCPU_BLOCKED) {
		__atomic_store_n(&task->ready_since, host_cpu_now(),
				 __ATOMIC_RELAXED);
	}
	__atomic_fetch_add(&task->posted, 1, __ATOMIC_RELEASE);
	scheduler_wake(&task->unit);
	scheduler_kick(&task->unit);
}

static inline void sched_task_wake(struct host_timer *timer)
{
	struct sched_task *task =
		(struct sched_task *)((char *)timer -
				      offsetof(struct sched_task, timer));

	sched_task_post(task);
}

/* Nothing is left to do: what has been posted is no reason to stay. */
static inline enum sched_verdict sched_task_go_to_sleep(struct sched_task *task)
{
	task->done = 0;
	if (task->sleep != 0) {
		host_timer_set(&task->timer, host_cpu_now() + task->sleep);
	}
	return SCHED_BLOCK;
}

static inline enum sched_verdict sched_task_work(struct sched_task *task)
{
	for (;;) {
		u64 begin = host_cpu_now();
		bool done;

		scheduler_begin(&task->unit);
		__atomic_store_n(
			&task->seen,
			__atomic_load_n(&task->posted, __ATOMIC_ACQUIRE),
			__ATOMIC_RELEASE);
		if (__atomic_load_n(&task->stop, __ATOMIC_ACQUIRE)) {
			return SCHED_LEAVE;
		}
		done = sched_task_guest(task->burst == 0 ? HOST_TIMER_NEVER
							 : begin + task->burst -
								   task->done);
		task->done += host_cpu_now() - begin;
		if (done || (task->burst != 0 && task->done >= task->burst)) {
			return sched_task_go_to_sleep(task);
		}
		if (scheduler_slice_is_over()) {
			return SCHED_SLICE_OVER;
		}
	}
}

static inline enum sched_verdict sched_task_run(struct sched_unit *unit)
{
	struct sched_task *task = sched_task_of(unit);
	enum sched_verdict verdict;

	sched_task_attach(task);
	verdict = sched_task_work(task);
	task->runs_on = SCHED_NO_CPU;
	return verdict;
}

static const struct sched_ops sched_task_ops = {.run = sched_task_run,
						.detach = sched_task_detach};

/* Adds a task that may run on the CPUs of a mask. */
static inline void sched_task_start(struct sched_task *task, u64 allowed,
				    u64 burst, u64 sleep)
{
	*task = (struct sched_task){.unit = {.ops = &sched_task_ops,
					     .allowed = allowed,
					     .state = VCPU_FREE,
					     .cpu = SCHED_NO_CPU},
				    .burst = burst,
				    .sleep = sleep,
				    .timer = {.expire = sched_task_wake},
				    .runs_on = SCHED_NO_CPU,
				    .held_by = SCHED_NO_CPU};
	CHECK(!failed(scheduler_add(&task->unit)));
}

/* Asks it to leave. True: it is off; false: it runs yet, ask again. */
static inline bool sched_task_end(struct sched_task *task)
{
	__atomic_store_n(&task->stop, true, __ATOMIC_RELEASE);
	scheduler_kick(&task->unit);
	if (!scheduler_remove(&task->unit)) {
		return false;
	}
	host_timer_cancel(&task->timer);
	CHECK_EQ(task->unit.state, VCPU_FREE);
	CHECK_EQ(task->held_by, SCHED_NO_CPU);
	return true;
}
