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
 * local_apic: without IA32_APIC_BASE, which is the local APIC's. Errors: those
 * of bus_add().
 */
struct error guest_msr_init(struct guest_cpu *cpu, bool local_apic);

/* The parts of the functions below that are seldom needed. */
RARELY bool guest_msr_read_other(struct guest_cpu *cpu, u32 msr, u64 *value);
RARELY bool guest_msr_write_other(struct guest_cpu *cpu, u32 msr, u64 value);

/* RDMSR and WRMSR of an MSR that exits. False: #GP(0). */
static inline bool guest_msr_read(struct guest_cpu *cpu, u32 msr, u64 *value)
{
	const struct bus_range *recent = bus_recent(&cpu->msrs);

	if (__builtin_expect(!bus_holds(recent, msr), false)) {
		return guest_msr_read_other(cpu, msr, value);
	}
	return recent->ops->read(recent->device, msr - recent->first, 8, value);
}

static inline bool guest_msr_write(struct guest_cpu *cpu, u32 msr, u64 value)
{
	const struct bus_range *recent = bus_recent(&cpu->msrs);

	if (__builtin_expect(!bus_holds(recent, msr), false)) {
		return guest_msr_write_other(cpu, msr, value);
	}
	return recent->ops->write(recent->device, msr - recent->first, 8,
				  value);
}
