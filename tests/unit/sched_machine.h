#pragma once
/*
 * A machine for the scheduler, in which time is a number: CPUs that run guests
 * or halt, each with an alarm, and interrupts between them. Every CPU is a
 * coroutine; the one whose next event is due first goes on, up to the point at
 * which it enters a guest or halts. The same seed gives the same run.
 */
#include "scheduler/scheduler.h"

#define SCHED_MACHINE_CPUS 8u
#define SCHED_MACHINE_NONE UINT32_MAX

/* A tick of the machine's TSC is 1 ns. */
#define MS	 1000000ull
#define SLICE	 (5 * MS)
#define A_SECOND (1000 * MS)

/* Present time. Only the machine moves it. */
extern u64 sched_machine_now;

/* How often an interrupt has ended a guest's run or a halt. */
extern u64 sched_machine_interrupts;

/* Every CPU enters scheduler_run(), with service() called on CPU 0. */
void sched_machine_start(u32 cpus, void (*service)(void));

/* Goes on for so many ticks. */
void sched_machine_go(u64 ticks);

/* Lets every CPU leave scheduler_run(). No unit may be left. */
void sched_machine_stop(void);

/*
 * On a CPU of the machine: executes guest code until a moment; false: until an
 * interrupt or the alarm came before that.
 */
bool sched_machine_guest(u64 until);
