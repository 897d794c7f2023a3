#pragma once
/*
 * What the scheduler and its timers ask of the CPU that they run on. They stand
 * in a file of their own so that tests can answer with other CPUs and another
 * time.
 */
#include "lib/types.h"

/* The running CPU's number, 0 .. smp_count()-1. */
u32 host_cpu_number(void);

/* Its time-stamp counter. */
u64 host_cpu_now(void);

/*
 * Lets interrupts in until one has come, and shuts them out again. One that has
 * been pending ends the wait at once. Interrupts are off.
 */
void host_cpu_wait(void);
