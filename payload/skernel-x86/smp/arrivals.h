#pragma once
/*
 * Counts interrupts, by vector and by the CPU that took them.
 */
#include "lib/types.h"

/* Interrupts of this vector, which may be that of NMIs, are counted. */
void arrivals_listen(u8 vector);

/* From 0 again, on every CPU. None is under way. */
void arrivals_clear(u8 vector);

/* The counter of one CPU, which goes on counting. */
const u32 *arrivals_on(u32 cpu, u8 vector);

/* All CPUs' together. */
u32 arrivals_total(u8 vector);

/* When the CPU took the last one that was counted: the TSC. */
u64 arrivals_last_tsc(u32 cpu);
