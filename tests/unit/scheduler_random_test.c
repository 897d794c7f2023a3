/*
 * Units that come, go, sleep and are woken in any order; what must hold then is
 * looked at again and again, here and in sched_task.c.
 *
 * modules: h5-multivcpu/scheduler/scheduler.c
 * modules: h5-multivcpu/scheduler/sched_cpus.c
 * modules: h5-multivcpu/scheduler/sched_place.c
 * modules: h5-multivcpu/scheduler/sched_pull.c
 * modules: h5-multivcpu/scheduler/sched_slice.c
 * modules: h5-multivcpu/scheduler/sched_turns.c
 * modules: h5-multivcpu/scheduler/run_queue.c
 * modules: h5-multivcpu/scheduler/host_timer.c
 * modules: h5-multivcpu/scheduler/timer_heap.c
 * modules: h5-multivcpu/vcpu/vcpu_state.c
 */
#include "sched_machine.h"

#define TASKS 24u
#define RUNS  60u
#define STEPS 3000u

static struct sched_task tasks[TASKS];
static bool leaving[TASKS];
static u64 ready_since[TASKS]; /* 0: is not Ready */
static u64 longest;
static u32 cpus;

static void start(u32 i)
{
	u64 burst = random_below(3) == 0 ? 0 : 1 + random_below(8 * MS);
	u64 sleep = random_below(3) == 0 ? 0 : 1 + random_below(8 * MS);

	sched_task_start(&tasks[i], 1 + random_below(BIT(cpus) - 1), burst,
			 sleep);
	leaving[i] = false;
}

/* Something happens to a task. */
static void disturb(u32 i)
{
	if (!leaving[i] && tasks[i].unit.state == VCPU_FREE) {
		start(i);
	} else if (leaving[i] || random_below(8) == 0) {
		leaving[i] = !sched_task_end(&tasks[i]);
	} else {
		sched_task_post(&tasks[i]);
	}
}

/* Does a CPU halt that might run the task? */
static bool is_wasted(const struct sched_task *task)
{
	for (u32 cpu = 0; cpu < cpus; cpu++) {
		if ((task->unit.allowed & BIT(cpu)) != 0 &&
		    machine[cpu].halts) {
			return true;
		}
	}
	return false;
}

static void look_at(u32 i)
{
	const struct sched_task *task = &tasks[i];
	enum vcpu_state state = task->unit.state;

	CHECK_EQ(task->runs_on != SCHED_NO_CPU, state == VCPU_RUNNING);
	CHECK_EQ(task->held_by, task->runs_on);
	if (state == VCPU_BLOCKED) {
		CHECK_EQ(task->posted, task->seen);
		CHECK(task->sleep == 0 || host_timer_is_set(&task->timer));
	}
	if (state != VCPU_READY) {
		ready_since[i] = 0;
		return;
	}
	CHECK(machine_is_restless() || !is_wasted(task));
	if (ready_since[i] == 0) {
		ready_since[i] = machine_now;
	}
	longest = max_u64(longest, machine_now - ready_since[i]);
}

static void one_run(void)
{
	u32 count = 1 + (u32)random_below(TASKS);

	cpus = 1 + (u32)random_below(SCHED_MACHINE_CPUS);
	machine_start(cpus, NULL);
	for (u32 i = 0; i < count; i++) {
		start(i);
		ready_since[i] = 0;
	}
	for (u32 step = 0; step < STEPS && unit_failed_checks == 0; step++) {
		disturb((u32)random_below(count));
		if (random_below(3) != 0) {
			machine_go(random_below(4) * random_below(MS));
		}
		for (u32 i = 0; i < count; i++) {
			look_at(i);
		}
	}
	for (u32 i = 0; i < count; i++) {
		machine_end_task(&tasks[i]);
		CHECK_EQ(tasks[i].unit.state, VCPU_FREE);
	}
	machine_stop();
}

static void any_order(void)
{
	for (u32 run = 0; run < RUNS && unit_failed_checks == 0; run++) {
		random_seed(run + 1);
		one_run();
		if (unit_failed_checks > 0) {
			printf("# with seed %u, %u CPUs\n", run + 1, cpus);
		}
	}
	printf("# longest wait for a CPU: %lu ms\n",
	       (unsigned long)(longest / MS));
	/* 24 units may be bound to one CPU. */
	CHECK(longest < A_SECOND);
}

static const struct unit_test tests[] = {
	UNIT_TEST(any_order),
};

int main(void)
{
	return UNIT_RUN(tests);
}
