#pragma once
/*
 * A guest that tries whatever comes to its mind.
 */
#include "boot/kernel.h"

/*
 * Makes count attempts, the same ones for the same seed: privileged
 * instructions, ports, MSRs, devices' memory, control registers, tables, and
 * noise, in every mode of the CPU. Exceptions end an attempt, a millisecond
 * does too; but an attempt may leave a CPU that cannot deliver an exception,
 * is halted for good or resets the machine: that ends the run. At the end:
 * `fuzz: seed N: M attempts, K faults`.
 */
enum kernel_status fuzz_run(u64 seed, u64 count);
