#pragma once
/*
 * The time-stamp counter as a clock.
 *
 * SDM: "Time-Stamp Counter".
 */
#include "cpu/instructions.h"
#include "lib/types.h"

/*
 * The counter, read after every earlier instruction has been executed and
 * every earlier load is globally visible. SDM, "RDTSC": so with LFENCE ahead.
 */
static inline u64 tsc_read_after(void)
{
	asm volatile("lfence" : : : "memory");
	return rdtsc();
}

/*
 * The counter, read as tsc_read_after() does and before any later instruction
 * is executed: an LFENCE on either side. For the two ends of a measurement.
 */
static inline u64 tsc_read_between(void)
{
	u64 tsc = tsc_read_after();

	asm volatile("lfence" : : : "memory");
	return tsc;
}

/*
 * Ticks a second; 0 where neither CPUID nor the PIT can tell. The first call
 * measures for 20 to 200 ms, with channel 2 of the PIT and the speaker's gate;
 * later ones give the same answer. The first must not run on two CPUs at once.
 */
u64 tsc_frequency_hz(void);

/*
 * A number of ticks in nanoseconds, rounded down; 0 where the frequency is
 * not known. Right for every number of ticks below 580 years.
 */
u64 tsc_to_ns(u64 ticks);

/*
 * The ticks in which ns nanoseconds are over, rounded up; 0 where the frequency
 * is not known. For a TSC below 18 GHz.
 */
u64 tsc_from_ns(u64 ns);
