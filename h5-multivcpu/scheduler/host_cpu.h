#pragma once
/*
 * What the scheduler and its timers ask of the CPU that they run on, at each
 * turn. In a program of the build machine a test answers, with other CPUs and
 * another time.
 */
#include "lib/types.h"

#if __STDC_HOSTED__

u32 host_cpu_number(void);
u32 host_cpu_count(void);
u64 host_cpu_now(void);
void host_cpu_wait(void);

#else
#include "cpu/instructions.h"
#include "smp/cpu.h"
#include "smp/smp.h"

/* The running CPU's number, 0 .. host_cpu_count()-1. */
static inline u32 host_cpu_number(void)
{
	return cpu_number();
}

static inline u32 host_cpu_count(void)
{
	return smp_count();
}

/* Its time-stamp counter. */
static inline u64 host_cpu_now(void)
{
	return rdtsc();
}

/*
 * Lets interrupts in until one has come, and shuts them out again. One that has
 * been pending ends the wait at once. Interrupts are off.
 */
static inline void host_cpu_wait(void)
{
	sti_hlt();
	cli();
}

#endif
