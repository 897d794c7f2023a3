/*
 * The local APIC elsewhere, switched off and on again, and in x2APIC mode.
 *
 * SDM: "Local APIC Status and Location", "Relocating the Local APIC Registers"
 * and "x2APIC State Transitions".
 */
#include "cpu/instructions.h"
#include "cpu/lapic.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "cpu/vectors.h"
#include "memory/physical.h"
#include "smp/apic.h"
#include "smp/arrivals.h"
#include "smp/checks.h"
#include "smp/crew.h"

#define ELSEWHERE 0xfee10000u

static u32 read_at(u64 base, enum apic_register number)
{
	return *(volatile u32 *)phys_to_virt(base + number);
}

/* With interrupts off: their handlers look for the APIC where it was. */
static struct error move(u64 home)
{
	u64 flags = rdmsr(IA32_APIC_BASE) & ~APIC_BASE_ADDRESS;
	u32 id = read_at(home, APIC_ID), moved_id, old_id;
	u32 version = read_at(home, APIC_VERSION), moved_version;

	cli();
	wrmsr(IA32_APIC_BASE, ELSEWHERE | flags);
	moved_id = read_at(ELSEWHERE, APIC_ID);
	moved_version = read_at(ELSEWHERE, APIC_VERSION);
	wrmsr(IA32_APIC_BASE, home | flags);
	old_id = read_at(home, APIC_ID);
	sti();
	if (moved_id != id || moved_version != version) {
		return failure("moved, the APIC's ID reads as", moved_id);
	}
	return old_id == id
		       ? SUCCESS
		       : failure("back again, the APIC's ID reads as", old_id);
}

static struct error move_there_and_back(void)
{
	u64 home = rdmsr(IA32_APIC_BASE) & APIC_BASE_ADDRESS;
	const u32 *arrived = arrivals_on(cpu_number(), CREW_VECTOR_IPI);
	struct error error = move(home);
	u32 before = *arrived;

	if (failed(error)) {
		return error;
	}
	(void)apic_send(0, APIC_FIXED | APIC_SELF | CREW_VECTOR_IPI);
	return crew_wait(arrived, before + 1)
		       ? SUCCESS
		       : failure("back again, it sends no IPI, vector",
				 CREW_VECTOR_IPI);
}

/* The last CPU, whose APIC the others do without meanwhile. */
struct error check_apic_base(void)
{
	arrivals_listen(CREW_VECTOR_IPI);
	return crew_run_on(smp_count() - 1, move_there_and_back);
}

static bool apic_in_cpuid(void)
{
	return (cpuid(CPUID_FEATURES, 0).edx & CPUID_FEATURES_EDX_APIC) != 0;
}

/* Switched on again it is as after a reset. */
static struct error switch_off_and_on(void)
{
	u64 base = rdmsr(IA32_APIC_BASE);
	bool offered;
	u32 spurious;

	cli();
	wrmsr(IA32_APIC_BASE, base & ~APIC_BASE_EN);
	offered = apic_in_cpuid();
	wrmsr(IA32_APIC_BASE, base);
	spurious = apic_read(APIC_SPURIOUS);
	if (failed(lapic_enable(SPURIOUS_VECTOR))) {
		return failure("switched on again, IA32_APIC_BASE is",
			       rdmsr(IA32_APIC_BASE));
	}
	sti();
	if (offered || !apic_in_cpuid()) {
		return failure("CPUID does not follow IA32_APIC_BASE", base);
	}
	return (spurious & APIC_SOFTWARE_ON) == 0
		       ? SUCCESS
		       : failure("switched on again, the spurious vector "
				 "register is",
				 spurious);
}

struct error check_apic_off(void)
{
	return crew_run_on(smp_count() - 1, switch_off_and_on);
}

/*
 * Between the first and the last CPU that changes over, nobody may use an APIC.
 * There is no way back but through a reset of the APIC.
 */
static struct error change_over(void)
{
	bool together;

	cli();
	/* Bochs keeps the logical ID where others make x2APIC's of the ID. */
	if (!apic_in_x2apic_mode()) {
		apic_set_flat_bit(cpu_number());
	}
	together = crew_meet();
	lapic_use_x2apic();
	together = together && crew_meet();
	sti();
	if (!together) {
		return failure("the CPUs do not meet", 0);
	}
	return apic_in_x2apic_mode() ? SUCCESS
				     : failure("IA32_APIC_BASE is still",
					       rdmsr(IA32_APIC_BASE));
}

struct error check_x2apic(void)
{
	return crew_run(change_over);
}
