#pragma once
/*
 * The MSRs of a guest's CPU.
 *
 * Three kinds: those that the guest reaches itself, since entry and exit
 * switch them or the hypervisor never uses them; those of the table in
 * guest_msr.c; and all others, which raise #GP, as MSRs do that a CPU does
 * not have. What CPUID offers and what exists here agree.
 */
#include "cpu/guest_cpu.h"

/*
 * Opens the bitmap for the first kind and registers the second with cpu->msrs.
 * Errors: those of bus_add().
 */
struct error guest_msr_init(struct guest_cpu *cpu);

/* RDMSR and WRMSR of an MSR that exits. False: #GP(0). */
static inline bool guest_msr_read(struct guest_cpu *cpu, u32 msr, u64 *value)
{
	const struct bus_range *range = bus_find(&cpu->msrs, msr);

	return range != NULL &&
	       range->ops->read(range->device, msr - range->first, 8, value);
}

static inline bool guest_msr_write(struct guest_cpu *cpu, u32 msr, u64 value)
{
	const struct bus_range *range = bus_find(&cpu->msrs, msr);

	return range != NULL &&
	       range->ops->write(range->device, msr - range->first, 8, value);
}
