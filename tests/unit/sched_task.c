#include "sched_task.h"
#include "sched_machine.h"
#include "scheduler/host_cpu.h"
#include "unit.h"

static struct sched_task *task_of(struct sched_unit *unit)
{
	return (struct sched_task *)unit;
}

_Static_assert(offsetof(struct sched_task, unit) == 0, "as task_of() takes it");

static void attach(struct sched_task *task)
{
	u32 number = host_cpu_number();

	CHECK_EQ(task->runs_on, SCHED_NO_CPU);
	CHECK_EQ(task->held_by, SCHED_NO_CPU);
	CHECK_EQ(task->unit.cpu, number);
	CHECK_EQ(task->unit.state, VCPU_RUNNING);
	CHECK((task->unit.allowed & BIT(number)) != 0);
	task->runs_on = number;
	task->held_by = number;
	if (task->ready_since != 0) {
		task->longest_wait = max_u64(
			task->longest_wait, host_cpu_now() - task->ready_since);
		task->ready_since = 0;
	}
}

static void detach(struct sched_unit *unit)
{
	struct sched_task *task = task_of(unit);

	CHECK_EQ(task->held_by, host_cpu_number());
	CHECK_EQ(unit->state, VCPU_RUNNING);
	task->held_by = SCHED_NO_CPU;
}

static void wake(struct host_timer *timer)
{
	struct sched_task *task =
		(struct sched_task *)((char *)timer -
				      offsetof(struct sched_task, timer));

	sched_task_post(task);
}

/* Nothing is left to do: what has been posted is no reason to stay. */
static enum sched_verdict go_to_sleep(struct sched_task *task)
{
	task->done = 0;
	if (task->sleep != 0) {
		host_timer_set(&task->timer, host_cpu_now() + task->sleep);
	}
	return SCHED_BLOCK;
}

static enum sched_verdict work(struct sched_task *task)
{
	for (;;) {
		u64 begin = host_cpu_now();
		bool done;

		scheduler_begin(&task->unit);
		task->seen = __atomic_load_n(&task->posted, __ATOMIC_ACQUIRE);
		if (__atomic_load_n(&task->stop, __ATOMIC_ACQUIRE)) {
			return SCHED_LEAVE;
		}
		done = sched_machine_guest(
			task->burst == 0 ? HOST_TIMER_NEVER
					 : begin + task->burst - task->done);
		task->done += host_cpu_now() - begin;
		if (done || (task->burst != 0 && task->done >= task->burst)) {
			return go_to_sleep(task);
		}
		if (scheduler_slice_is_over()) {
			return SCHED_SLICE_OVER;
		}
	}
}

static enum sched_verdict run(struct sched_unit *unit)
{
	struct sched_task *task = task_of(unit);
	enum sched_verdict verdict;

	attach(task);
	verdict = work(task);
	task->runs_on = SCHED_NO_CPU;
	return verdict;
}

static const struct sched_ops ops = {.run = run, .detach = detach};

void sched_task_start(struct sched_task *task, u64 allowed, u64 burst,
		      u64 sleep)
{
	*task = (struct sched_task){.unit = {.ops = &ops,
					     .allowed = allowed,
					     .state = VCPU_FREE,
					     .cpu = SCHED_NO_CPU},
				    .burst = burst,
				    .sleep = sleep,
				    .timer = {.expire = wake},
				    .runs_on = SCHED_NO_CPU,
				    .held_by = SCHED_NO_CPU};
	CHECK(!failed(scheduler_add(&task->unit)));
}

void sched_task_post(struct sched_task *task)
{
	if (vcpu_state_now(&task->unit.state) == VCPU_BLOCKED) {
		task->ready_since = host_cpu_now();
	}
	__atomic_fetch_add(&task->posted, 1, __ATOMIC_RELEASE);
	scheduler_wake(&task->unit);
	scheduler_kick(&task->unit);
}

bool sched_task_end(struct sched_task *task)
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
