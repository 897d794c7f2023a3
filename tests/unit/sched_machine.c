#include "sched_machine.h"
#include "cpu/alarm.h"
#include "random.h"
#include "scheduler/host_cpu.h"
#include "smp/cpu.h"
#include "smp/smp.h"
#include "unit.h"
#include <stdarg.h>
#include <stdlib.h>
#include <ucontext.h>

#define STACK_BYTES KIB(128)

/* The test itself is on none of the machine's CPUs. */
#define OUTSIDE (CPUS_MAX - 1)

struct machine_cpu {
	ucontext_t context;
	char *stack;
	bool interrupted; /* an interrupt is pending */
	u64 alarm;	  /* HOST_TIMER_NEVER: not set */
	u64 until;	  /* what it waits for beside these */
	bool ended;
};

u64 sched_machine_now = A_SECOND;
u64 sched_machine_interrupts;

static struct machine_cpu machine[SCHED_MACHINE_CPUS];
static ucontext_t conductor;
static u32 cpu_count = 1;
static u32 number = OUTSIDE;
static bool stopping;
static void (*service_of_cpu_0)(void);

/* What the host executes takes a little time. */
u64 host_cpu_now(void)
{
	sched_machine_now += random_below(300);
	return sched_machine_now;
}

u32 host_cpu_number(void)
{
	return number;
}

u32 smp_count(void)
{
	return cpu_count;
}

void smp_kick(u32 cpu)
{
	CHECK(cpu < cpu_count);
	machine[cpu].interrupted = true;
}

/* It comes a little early at times. */
void alarm_set(u64 tsc)
{
	if (number != OUTSIDE) {
		machine[number].alarm = tsc - random_below(2) * 100;
	}
}

void alarm_cancel(void)
{
	machine[number].alarm = HOST_TIMER_NEVER;
}

bool alarm_is_set(void)
{
	return machine[number].alarm != HOST_TIMER_NEVER;
}

_Noreturn void panic(const char *fmt, ...)
{
	va_list list;

	va_start(list, fmt);
	vprintf(fmt, list);
	va_end(list);
	abort();
}

/* When the CPU's next event is. */
static u64 event_of(const struct machine_cpu *cpu)
{
	return cpu->interrupted ? 0 : min_u64(cpu->alarm, cpu->until);
}

/* True: it is the moment `until`, false: an interrupt has come. */
static bool wait_for_event(u64 until)
{
	struct machine_cpu *cpu = &machine[number];

	cpu->until = until;
	if (event_of(cpu) > sched_machine_now) {
		swapcontext(&cpu->context, &conductor);
	}
	cpu->until = HOST_TIMER_NEVER;
	if (!cpu->interrupted && cpu->alarm > sched_machine_now) {
		return true;
	}
	sched_machine_interrupts++;
	cpu->interrupted = false;
	if (cpu->alarm <= sched_machine_now) {
		cpu->alarm = HOST_TIMER_NEVER;
	}
	return false;
}

void host_cpu_wait(void)
{
	wait_for_event(HOST_TIMER_NEVER);
}

bool sched_machine_guest(u64 until)
{
	return wait_for_event(until);
}

static bool stops(void *context)
{
	(void)context;
	return stopping;
}

static void service(void *context)
{
	(void)context;
	if (number == 0 && service_of_cpu_0 != NULL) {
		service_of_cpu_0();
	}
}

static const struct sched_loop loop = {.stops = stops, .service = service};

static void cpu_main(void)
{
	scheduler_run(&loop);
	machine[number].ended = true;
}

static void make_cpu(struct machine_cpu *cpu)
{
	*cpu = (struct machine_cpu){.stack = malloc(STACK_BYTES),
				    .interrupted = true,
				    .alarm = HOST_TIMER_NEVER,
				    .until = HOST_TIMER_NEVER};
	getcontext(&cpu->context);
	cpu->context.uc_stack.ss_sp = cpu->stack;
	cpu->context.uc_stack.ss_size = STACK_BYTES;
	cpu->context.uc_link = &conductor;
	makecontext(&cpu->context, cpu_main, 0);
}

void sched_machine_start(u32 cpus, void (*serve)(void))
{
	stopping = false;
	cpu_count = cpus;
	service_of_cpu_0 = serve;
	for (u32 i = 0; i < cpus; i++) {
		make_cpu(&machine[i]);
	}
}

/* The CPU whose event is first; among several, whichever. */
static u32 next_cpu(void)
{
	u32 next = SCHED_MACHINE_NONE;
	u32 begin = (u32)random_below(cpu_count);

	for (u32 i = 0; i < cpu_count; i++) {
		u32 cpu = (begin + i) % cpu_count;

		if (!machine[cpu].ended &&
		    (next == SCHED_MACHINE_NONE ||
		     event_of(&machine[cpu]) < event_of(&machine[next]))) {
			next = cpu;
		}
	}
	return next;
}

void sched_machine_go(u64 ticks)
{
	u64 end = sched_machine_now + ticks;

	for (;;) {
		u32 next = next_cpu();
		u64 event;

		if (next == SCHED_MACHINE_NONE) {
			return;
		}
		event = event_of(&machine[next]);
		if (max_u64(event, sched_machine_now) > end) {
			sched_machine_now = end;
			return;
		}
		sched_machine_now = max_u64(event, sched_machine_now);
		number = next;
		swapcontext(&conductor, &machine[next].context);
		number = OUTSIDE;
	}
}

void sched_machine_stop(void)
{
	stopping = true;
	for (u32 i = 0; i < cpu_count; i++) {
		smp_kick(i);
	}
	sched_machine_go(A_SECOND);
	for (u32 i = 0; i < cpu_count; i++) {
		CHECK(machine[i].ended);
		free(machine[i].stack);
	}
}
