#pragma once
/*
 * One attempt: a state of the CPU in some mode, and some instructions there.
 */
#include "fuzz/fuzz_cpu.h"
#include "fuzz/fuzz_random.h"

/*
 * Makes up an attempt: fills in cpu, and writes code and data to the
 * playground. The code is followed by INT3 instructions. cr0, cr4: values with
 * which the kernel could run, and near which the attempt's are.
 */
void fuzz_attempt_make(struct fuzz_random *random, struct fuzz_cpu *cpu,
		       u64 cr0, u64 cr4);
