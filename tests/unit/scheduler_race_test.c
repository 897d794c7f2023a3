/*
 * A unit becomes Ready at each moment at which a CPU looks around before it
 * halts, or enters a guest with no alarm: one of the two sees the other.
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
#include "cpu/alarm.h"
#include "cpu/panic.h"
#include "scheduler/host_cpu.h"
#include "scheduler/scheduler.h"
#include "smp/cpu.h"
#include "smp/smp.h"
#include "unit.h"
#include <stdlib.h>

#define SLICE	1000u
#define OUTSIDE (CPUS_MAX - 1)
#define LOOKS	40u
#define TURNS	6u

static u64 now = 1000000;
static u32 number;	  /* the CPU that does something */
static bool kicked;	  /* CPU 0 has an interrupt pending */
static u64 alarm;	  /* CPU 0's */
static unsigned int left; /* looks until the unit comes; 0: it has come */
static struct sched_unit late;
static bool late_ran, halted_too_long, deaf_too_long;
static unsigned int turns;

u64 host_cpu_now(void)
{
	return ++now;
}

u32 host_cpu_number(void)
{
	return number;
}

/* Whoever looks at all CPUs asks this first, and holds no CPU's lock. */
u32 host_cpu_count(void)
{
	if (number == 0 && left > 0 && --left == 0) {
		number = OUTSIDE;
		CHECK(!failed(scheduler_add(&late)));
		number = 0;
	}
	return 1;
}

void smp_kick(u32 cpu)
{
	CHECK_EQ(cpu, 0);
	kicked = true;
}

void alarm_set(u64 tsc)
{
	alarm = tsc;
}

void alarm_cancel(void)
{
	alarm = HOST_TIMER_NEVER;
}

bool alarm_is_set(void)
{
	return alarm != HOST_TIMER_NEVER;
}

_Noreturn void panic(const char *fmt, ...)
{
	printf("# panic: %s\n", fmt);
	abort();
}

/* A turn of CPU 0 is over. */
static void count_turn(void)
{
	if (++turns == TURNS) {
		scheduler_call(0);
	}
}

void host_cpu_wait(void)
{
	if (!kicked && vcpu_state_now(&late.state) == VCPU_READY) {
		halted_too_long = true;
	}
	kicked = false;
	count_turn();
}

static enum sched_verdict run_late(struct sched_unit *unit)
{
	(void)unit;
	late_ran = true;
	return SCHED_LEAVE;
}

/* It computes until it is interrupted or its alarm comes. */
static enum sched_verdict compute(struct sched_unit *unit)
{
	(void)unit;
	for (unsigned int i = 0; i < 4; i++) {
		if (!kicked && !alarm_is_set()) {
			deaf_too_long |=
				vcpu_state_now(&late.state) == VCPU_READY;
			return SCHED_LEAVE;
		}
		now += kicked ? 1 : SLICE;
		alarm = kicked ? alarm : HOST_TIMER_NEVER;
		kicked = false;
		if (scheduler_slice_is_over()) {
			return SCHED_SLICE_OVER;
		}
	}
	return SCHED_LEAVE;
}

static void detach(struct sched_unit *unit)
{
	(void)unit;
	count_turn();
}

static const struct sched_ops late_ops = {run_late, detach};
static const struct sched_ops busy_ops = {compute, detach};

static bool stops(void *context)
{
	(void)context;
	return turns >= TURNS;
}

static void nothing(void *context)
{
	(void)context;
}

static struct sched_unit a_unit(const struct sched_ops *ops)
{
	return (struct sched_unit){.ops = ops,
				   .allowed = 1,
				   .state = VCPU_FREE,
				   .cpu = SCHED_NO_CPU};
}

/* The late one comes when CPU 0 looks around for the nth time. */
static void one(unsigned int nth, struct sched_unit *busy)
{
	static const struct sched_loop loop = {.stops = stops,
					       .service = nothing};

	late = a_unit(&late_ops);
	late_ran = false;
	kicked = false;
	alarm = HOST_TIMER_NEVER;
	turns = 0;
	scheduler_set_slice(SLICE);
	number = OUTSIDE;
	if (busy != NULL) {
		CHECK(!failed(scheduler_add(busy)));
	}
	number = 0;
	left = nth;
	scheduler_run(&loop);
	if (left == 0) {
		CHECK(late_ran);
		CHECK(scheduler_remove(&late));
	}
	if (busy != NULL) {
		CHECK(scheduler_remove(busy));
	}
}

static void an_idle_cpu_sees_it(void)
{
	for (unsigned int nth = 1; nth < LOOKS; nth++) {
		one(nth, NULL);
	}
	CHECK(!halted_too_long);
}

static void a_deaf_cpu_sees_it(void)
{
	for (unsigned int nth = 1; nth < LOOKS; nth++) {
		struct sched_unit busy = a_unit(&busy_ops);

		one(nth, &busy);
	}
	CHECK(!deaf_too_long);
	CHECK(!halted_too_long);
}

static const struct unit_test tests[] = {
	UNIT_TEST(an_idle_cpu_sees_it),
	UNIT_TEST(a_deaf_cpu_sees_it),
};

int main(void)
{
	return UNIT_RUN(tests);
}
