#pragma once
/*
 * What an exit costs.
 */

/*
 * Runs each kind of instruction that exits under a hypervisor many times, and
 * prints the ticks of the time-stamp counter that one takes, with all that the
 * hypervisor does and without the loop around it: `bench: KIND N ticks`. Bochs
 * counts one tick an instruction. A kind that the CPU refuses is skipped.
 * Interrupts are off, and vectors of exceptions have no handler afterwards.
 */
void bench_run(void);
