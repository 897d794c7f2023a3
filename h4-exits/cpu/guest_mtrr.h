#pragma once
/*
 * The guest's memory type range registers.
 *
 * SDM: "Memory Type Range Registers (MTRRs)". They hold what the guest writes
 * and have no effect: EPT says how guest RAM is cached. SDM, "EPT and Memory
 * Typing": with EPT the MTRRs have no say.
 */
#include "cpu/guest_cpu.h"

/* Registers them with cpu->msrs. Errors: those of bus_add(). */
struct error guest_mtrr_init(struct guest_cpu *cpu);
