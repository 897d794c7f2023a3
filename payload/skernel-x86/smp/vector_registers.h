#pragma once
/*
 * The registers that an operating system, and a hypervisor, saves last: those
 * of the x87 FPU, SSE and AVX.
 */
#include "lib/types.h"

#define VECTOR_REGISTERS 16
#define X87_REGISTERS	 8

/* The assembly knows the offsets. */
struct vector_registers {
	u64 vector[VECTOR_REGISTERS][4]; /* YMM; XMM is the first half */
	u64 x87[X87_REGISTERS];		 /* integers, as FILD takes them */
	u32 mxcsr;
	u32 control; /* the x87 FPU's control word */
};

/*
 * Switches on what the running CPU has of them, and returns whether AVX is
 * among it.
 */
bool vector_registers_enable(void);

/*
 * Loads every register from `in`, counts loops down to 0, at least 1, without
 * touching any of them, and stores them to `out`. wide: with AVX's halves,
 * else those are left alone.
 */
void vector_registers_pass(const struct vector_registers *in,
			   struct vector_registers *out, u64 loops, bool wide);

/* As above, with values made of pattern. False: something has changed. */
bool vector_registers_hold(u64 pattern, u64 loops, bool wide);
