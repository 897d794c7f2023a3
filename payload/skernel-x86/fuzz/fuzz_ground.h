#pragma once
/*
 * What the attempts stand on: tables of their own, and 64 KiB below 1 MiB to
 * play in, which any mode of the CPU can reach.
 */
#include "fuzz/fuzz_cpu.h"
#include "lib/types.h"

/*
 * Where the playground lies; FUZZ_CODE16 begins there. The kernel leaves what
 * is below 1 MiB alone, and a boot loader has done with it.
 */
#define FUZZ_PLAYGROUND	     0x50000u
#define FUZZ_PLAYGROUND_SIZE 0x10000u

/* Its parts, as offsets. The first page is the supervisor's. */
#define FUZZ_CODE      0x1000u /* the instructions of an attempt */
#define FUZZ_CODE_SIZE 0x400u
#define FUZZ_DATA      0x2000u
#define FUZZ_STACK_TOP 0xfff0u

/* Makes every table as it was, whatever the last attempt did. */
void fuzz_ground_restore(void);

/* Puts what the attempt starts with where real mode finds it. */
void fuzz_ground_set_real_cpu(const struct fuzz_cpu *cpu);
