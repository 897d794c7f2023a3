#pragma once
/*
 * A machine for the scheduler, in which time is a number: CPUs that run guests
 * or halt, each with an alarm, and interrupts between them. Every CPU is a
 * coroutine; the one whose next event is due first goes on, up to the point at
 * which it enters a guest or halts. The same seed gives the same run.
 *
 * This file is for one file of a program.
 */
#include "cpu/alarm.h"
#include "random.h"
#include "sched_task.h"
#include "scheduler/host_cpu.h"
#include "scheduler/scheduler.h"
#include "smp/cpu.h"
#include "smp/smp.h"
#include "unit.h"
#include <stdlib.h>
#include <ucontext.h>

#define SCHED_MACHINE_CPUS 8u
#define STACK_BYTES	   KIB(128)

/* A tick of the machine's TSC is 1 ns. */
#define MS	 1000000ull
#define SLICE	 (5 * MS)
#define A_SECOND (1000 * MS)

/* The test itself is on none of the machine's CPUs. */
#define OUTSIDE (CPUS_MAX - 1)

#define NO_CPU UINT32_MAX

struct machine_cpu {
	ucontext_t context;
	char *stack;
	bool interrupted; /* an interrupt is pending */
	u64 alarm;	  /* HOST_TIMER_NEVER: not set */
	u64 until;	  /* what it waits for beside these */
	bool halts;
	bool ended;
};

static u64 machine_now = A_SECOND; /* only the machine moves it */
static u64 machine_interrupts;	   /* how many CPUs have taken */
static struct machine_cpu machine[SCHED_MACHINE_CPUS];
static ucontext_t machine_conductor;
static u32 machine_cpus = 1;
static u32 machine_number = OUTSIDE; /* the CPU that goes on */
static bool machine_stopping;
static void (*machine_service)(void); /* of CPU 0; NULL: nothing */

/* What the host executes takes a little time. */
u64 host_cpu_now(void)
{
	machine_now += random_below(300);
	return machine_now;
}

u32 host_cpu_number(void)
{
	return machine_number;
}

u32 host_cpu_count(void)
{
	return machine_cpus;
}

void smp_kick(u32 cpu)
{
	CHECK(cpu < machine_cpus);
	machine[cpu].interrupted = true;
}

/* It comes a little early at times. */
void alarm_set(u64 tsc)
{
	machine[machine_number].alarm = tsc - random_below(2) * 100;
}

void alarm_cancel(void)
{
	machine[machine_number].alarm = HOST_TIMER_NEVER;
}

bool alarm_is_set(void)
{
	return machine[machine_number].alarm != HOST_TIMER_NEVER;
}

_Noreturn void panic(const char *fmt, ...)
{
	printf("# panic: %s\n", fmt);
	abort();
}

/* When the CPU's next event is. */
static inline u64 machine_event(const struct machine_cpu *cpu)
{
	return cpu->interrupted ? 0 : min_u64(cpu->alarm, cpu->until);
}

/* True: it is the moment `until`; false: an interrupt has come. */
static inline bool machine_wait(u64 until)
{
	struct machine_cpu *cpu = &machine[machine_number];

	cpu->until = until;
	if (machine_event(cpu) > machine_now) {
		swapcontext(&cpu->context, &machine_conductor);
	}
	cpu->until = HOST_TIMER_NEVER;
	if (!cpu->interrupted && cpu->alarm > machine_now) {
		return true;
	}
	machine_interrupts++;
	cpu->interrupted = false;
	if (cpu->alarm <= machine_now) {
		cpu->alarm = HOST_TIMER_NEVER;
	}
	return false;
}

void host_cpu_wait(void)
{
	machine[machine_number].halts = true;
	machine_wait(HOST_TIMER_NEVER);
	machine[machine_number].halts = false;
}

bool sched_task_guest(u64 until)
{
	return machine_wait(until);
}

/* Is an interrupt on its way to any CPU? */
static inline bool machine_is_restless(void)
{
	for (u32 i = 0; i < machine_cpus; i++) {
		if (machine_event(&machine[i]) <= machine_now) {
			return true;
		}
	}
	return false;
}

static inline bool machine_stops(void *context)
{
	(void)context;
	return machine_stopping;
}

static inline void machine_serve(void *context)
{
	(void)context;
	if (machine_number == 0 && machine_service != NULL) {
		machine_service();
	}
}

static inline void machine_main(void)
{
	static const struct sched_loop loop = {.stops = machine_stops,
					       .service = machine_serve};

	scheduler_run(&loop);
	machine[machine_number].ended = true;
}

static inline void machine_make(struct machine_cpu *cpu)
{
	*cpu = (struct machine_cpu){.stack = malloc(STACK_BYTES),
				    .interrupted = true,
				    .alarm = HOST_TIMER_NEVER,
				    .until = HOST_TIMER_NEVER};
	getcontext(&cpu->context);
	cpu->context.uc_stack.ss_sp = cpu->stack;
	cpu->context.uc_stack.ss_size = STACK_BYTES;
	cpu->context.uc_link = &machine_conductor;
	makecontext(&cpu->context, machine_main, 0);
}

/* Has so many CPUs enter scheduler_run(), with slices of SLICE. */
static inline void machine_start(u32 cpus, void (*service)(void))
{
	machine_stopping = false;
	machine_cpus = cpus;
	machine_service = service;
	scheduler_set_slice(SLICE);
	for (u32 i = 0; i < cpus; i++) {
		machine_make(&machine[i]);
	}
}

/* The CPU whose event is first; among several, whichever. */
static inline u32 machine_next(void)
{
	u32 next = NO_CPU;
	u32 begin = (u32)random_below(machine_cpus);

	for (u32 i = 0; i < machine_cpus; i++) {
		u32 cpu = (begin + i) % machine_cpus;

		if (!machine[cpu].ended &&
		    (next == NO_CPU || machine_event(&machine[cpu]) <
					       machine_event(&machine[next]))) {
			next = cpu;
		}
	}
	return next;
}

/* Goes on for so many ticks. */
static inline void machine_go(u64 ticks)
{
	u64 end = machine_now + ticks;
	u32 next = machine_next();

	while (next != NO_CPU &&
	       max_u64(machine_event(&machine[next]), machine_now) <= end) {
		machine_now =
			max_u64(machine_event(&machine[next]), machine_now);
		machine_number = next;
		swapcontext(&machine_conductor, &machine[next].context);
		machine_number = OUTSIDE;
		next = machine_next();
	}
	machine_now = max_u64(machine_now, end);
}

/* Ends a task, wherever it is. */
static inline void machine_end_task(struct sched_task *task)
{
	unsigned int tries = 0;

	while (!sched_task_end(task) && CHECK(tries++ < 10)) {
		machine_go(MS);
	}
}

/* Lets every CPU leave scheduler_run(). */
static inline void machine_stop(void)
{
	machine_stopping = true;
	for (u32 i = 0; i < machine_cpus; i++) {
		scheduler_call(i);
	}
	machine_go(A_SECOND);
	for (u32 i = 0; i < machine_cpus; i++) {
		CHECK(machine[i].ended);
		free(machine[i].stack);
	}
}
