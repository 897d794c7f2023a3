/*
 * Units that sleep and wake among such that compute, and what a CPU does for
 * one unit alone.
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

#define TASKS 8u
#define ALL   0xffu

static struct sched_task tasks[TASKS];
static unsigned int services;

static void count_services(void)
{
	services++;
}

static void end(u32 count)
{
	for (u32 i = 0; i < count; i++) {
		machine_end_task(&tasks[i]);
	}
	machine_stop();
}

/* What the task gets in the next so many ticks, in thousandths of a CPU. */
static u64 gets(u32 i, u64 ticks)
{
	u64 had = scheduler_ran(&tasks[i].unit);

	machine_go(ticks);
	return (scheduler_ran(&tasks[i].unit) - had) * 1000 / ticks;
}

static bool is_near(u64 part, u64 expected)
{
	bool near = part * 20 >= expected * 19 && part * 20 <= expected * 21;

	if (!near) {
		printf("# %lu, not about %lu\n", (unsigned long)part,
		       (unsigned long)expected);
	}
	return near;
}

/* 3 want a third of a CPU each, in bits of 1 ms; 3 take what is left of 2. */
static void sleepers_get_what_they_want(void)
{
	u64 part[6];

	machine_start(2, count_services);
	for (u32 i = 0; i < 6; i++) {
		sched_task_start(&tasks[i], ALL, i < 3 ? MS : 0,
				 i < 3 ? 3 * MS : 0);
	}
	machine_go(A_SECOND / 10);
	for (u32 i = 0; i < 6; i++) {
		tasks[i].longest_wait = 0;
		part[i] = gets(i, A_SECOND);
	}
	printf("# sleepers %lu %lu %lu, others %lu %lu %lu thousandths\n",
	       (unsigned long)part[0], (unsigned long)part[1],
	       (unsigned long)part[2], (unsigned long)part[3],
	       (unsigned long)part[4], (unsigned long)part[5]);
	for (u32 i = 0; i < 3; i++) {
		printf("# longest wait after a wake: %lu us\n",
		       (unsigned long)(tasks[i].longest_wait / 1000));
		CHECK(part[i] > 240);
		CHECK(tasks[i].longest_wait < MS / 2);
		CHECK(is_near(part[3 + i],
			      (2000 - part[0] - part[1] - part[2]) / 3));
	}
	end(6);
}

/* After a long sleep it gets no more than any other. */
static void sleep_is_no_credit(void)
{
	u64 first, second;

	machine_start(1, count_services);
	sched_task_start(&tasks[0], ALL, MS, 0);
	sched_task_start(&tasks[1], ALL, 0, 0);
	machine_go(10 * A_SECOND);
	CHECK_EQ(tasks[0].unit.state, VCPU_BLOCKED);
	tasks[0].burst = 0;
	sched_task_post(&tasks[0]);
	first = gets(0, A_SECOND / 10);
	second = gets(1, A_SECOND / 10);
	printf("# after a sleep of 10 s: %lu, the other then %lu\n",
	       (unsigned long)first, (unsigned long)second);
	CHECK(first > 400 && first < 600);
	CHECK(second > 400 && second < 600);
	end(2);
}

/*
 * One that has had a CPU alone, with little pauses, while four shared another,
 * is not shut out for long when it gets company.
 */
static void a_free_cpu_is_no_debt(void)
{
	u64 part;

	machine_start(2, count_services);
	sched_task_start(&tasks[0], 1, 10 * MS, 1000);
	for (u32 i = 1; i < 5; i++) {
		sched_task_start(&tasks[i], 2, 0, 0);
	}
	machine_go(20 * A_SECOND);
	tasks[0].burst = 0;
	sched_task_start(&tasks[5], 1, 0, 0);
	part = gets(0, A_SECOND / 2);
	printf("# in the first half second of company: %lu\n",
	       (unsigned long)part);
	CHECK(part > 300);
	CHECK(is_near(gets(0, A_SECOND), 500));
	end(6);
}

/* Nothing interrupts those that nobody waits for, nor CPUs that are idle. */
static void alone_is_undisturbed(void)
{
	u64 interrupts;

	machine_start(3, count_services);
	sched_task_start(&tasks[0], ALL, 0, 0);
	sched_task_start(&tasks[1], ALL, 0, 0);
	machine_go(A_SECOND / 10);
	interrupts = machine_interrupts;
	CHECK_EQ(gets(0, A_SECOND), 1000);
	CHECK_EQ(machine_interrupts, interrupts);
	CHECK(scheduler_counters(2).idle + scheduler_counters(1).idle +
		      scheduler_counters(0).idle >
	      A_SECOND);
	end(2);
}

static struct sched_counters all_counters(u32 cpus)
{
	struct sched_counters sum = {0};

	for (u32 i = 0; i < cpus; i++) {
		struct sched_counters one = scheduler_counters(i);

		sum.runs += one.runs;
		sum.switches += one.switches;
		sum.migrations += one.migrations;
	}
	return sum;
}

/* Where the numbers divide, units tend to stay where they are. */
static void caches_stay_warm(void)
{
	struct sched_counters before, after;

	machine_start(4, count_services);
	for (u32 i = 0; i < 8; i++) {
		sched_task_start(&tasks[i], ALL, (i + 1) * 7 * MS, 1000);
		machine_go(i * MS / 3);
	}
	machine_go(A_SECOND / 10);
	before = all_counters(4);
	machine_go(A_SECOND);
	after = all_counters(4);
	printf("# 8 units on 4 CPUs: %lu switches a second, %lu migrations\n",
	       (unsigned long)(after.switches - before.switches),
	       (unsigned long)(after.migrations - before.migrations));
	CHECK(after.migrations - before.migrations <
	      (after.switches - before.switches) / 3);
	end(8);
}

/* An idle CPU is found at once, be it by moving the one that is in the way. */
static void nobody_waits_beside_an_idle_cpu(void)
{
	machine_start(2, count_services);
	sched_task_start(&tasks[0], ALL, 0, 0);
	machine_go(MS);
	sched_task_start(&tasks[1], BIT(tasks[0].unit.cpu), 0, 0);
	machine_go(MS / 10);
	CHECK_EQ(tasks[0].unit.state, VCPU_RUNNING);
	CHECK_EQ(tasks[1].unit.state, VCPU_RUNNING);
	end(2);
}

static void a_call_is_heard(void)
{
	unsigned int before;

	machine_start(2, count_services);
	for (u32 i = 0; i < 2; i++) {
		sched_task_start(&tasks[i], ALL, 0, 0);
	}
	machine_go(A_SECOND);
	before = services;
	machine_go(A_SECOND);
	CHECK_EQ(services, before);
	scheduler_call(0);
	machine_go(MS);
	CHECK(services > before);
	CHECK_EQ(tasks[0].unit.state, VCPU_RUNNING);
	CHECK_EQ(tasks[1].unit.state, VCPU_RUNNING);
	end(2);
}

/* What comes meanwhile stays pending. */
static void take_long(void)
{
	u64 until = machine_now + 10 * MS;
	bool interrupted = false;

	while (!sched_task_guest(until)) {
		interrupted = true;
	}
	if (interrupted) {
		smp_kick(machine_number);
	}
}

/* A unit does not wait for a service function if another CPU is idle. */
static void a_service_is_in_nobodys_way(void)
{
	u64 part;

	machine_start(2, take_long);
	machine_go(20 * MS);
	sched_task_start(&tasks[0], ALL, 0, 0);
	machine_go(20 * MS);
	if (tasks[0].unit.cpu == 1) {
		/* It has to be where it is disturbed. */
		sched_task_start(&tasks[1], 2, 0, 0);
		machine_go(20 * MS);
		machine_end_task(&tasks[1]);
		machine_go(20 * MS);
	}
	CHECK_EQ(tasks[0].unit.cpu, 0);
	scheduler_call(0);
	part = gets(0, 5 * MS);
	CHECK(part > 950);
	CHECK_EQ(tasks[0].unit.cpu, 1);
	end(1);
}

static void refuses_what_it_cannot_do(void)
{
	struct sched_unit unit = {
		.allowed = 0x30, .state = VCPU_FREE, .cpu = SCHED_NO_CPU};
	struct error error;

	machine_start(2, count_services);
	error = scheduler_add(&unit);
	CHECK_STR(error.what, "no CPU that a vCPU may run on is online, mask");
	CHECK_EQ(error.value, 0x30);
	CHECK_EQ(unit.state, VCPU_FREE);
	unit.allowed = 1;
	unit.state = VCPU_CREATED;
	CHECK_STR(scheduler_add(&unit).what,
		  "a vCPU cannot go from Created to Ready");
	CHECK(scheduler_remove(&unit));
	CHECK_EQ(unit.state, VCPU_CREATED);
	end(0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(sleepers_get_what_they_want),
	UNIT_TEST(sleep_is_no_credit),
	UNIT_TEST(a_free_cpu_is_no_debt),
	UNIT_TEST(alone_is_undisturbed),
	UNIT_TEST(caches_stay_warm),
	UNIT_TEST(nobody_waits_beside_an_idle_cpu),
	UNIT_TEST(a_call_is_heard),
	UNIT_TEST(a_service_is_in_nobodys_way),
	UNIT_TEST(refuses_what_it_cannot_do),
};

int main(void)
{
	return UNIT_RUN(tests);
}
