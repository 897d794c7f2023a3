#pragma once
/*
 * Values for operands: those that mean something to some instruction, and
 * those a bit beside them.
 */
#include "fuzz/fuzz_cpu.h"
#include "fuzz/fuzz_random.h"

/* For a general register: mostly an address, of many kinds. */
u64 fuzz_operands_register(struct fuzz_random *random, u64 origin);

/* A port that devices are likely to have; seldom any other. */
u16 fuzz_operands_port(struct fuzz_random *random);

/* The number of an MSR, and a value for it. */
u32 fuzz_operands_msr(struct fuzz_random *random);
u64 fuzz_operands_msr_value(struct fuzz_random *random, u32 msr);

/* A value for a control register or debug register near now. */
u64 fuzz_operands_control(struct fuzz_random *random, unsigned int number,
			  u64 now);
u64 fuzz_operands_debug(struct fuzz_random *random, unsigned int number);

/*
 * Fills the playground's data: pointers to descriptor tables, selectors,
 * INVEPT's and INVVPID's operands, noise; most as they should be.
 */
void fuzz_operands_write_data(struct fuzz_random *random);

/* Where in the playground LGDT or LIDT finds a table that mostly is right. */
u64 fuzz_operands_table(bool idt, enum fuzz_mode mode);
