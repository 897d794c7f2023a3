#pragma once
/*
 * Instructions at random: of those that a hypervisor has to do with, more
 * often than others.
 */
#include "fuzz/fuzz_cpu.h"
#include "fuzz/fuzz_random.h"

/* Where the next byte goes. FUZZ_CODE_MAX bytes are there for each addition. */
#define FUZZ_CODE_MAX 64
struct fuzz_code {
	u8 *bytes;
	unsigned int bits; /* of the mode: 16, 32, 64 */
};

/* Adds an instruction, and gives the registers that it uses their values. */
void fuzz_code_add(struct fuzz_random *random, struct fuzz_cpu *cpu,
		   struct fuzz_code *code);
