/*
 * Instructions that exit and need no more than registers.
 */
#include "access_rights.h"
#include "cpu/guest_control.h"
#include "cpu/guest_xstate.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "exits/exit_table.h"
#include "exits/hypercall.h"
#include "machine/machine.h"
#include "vmcs.h"

static void give(union vcpu_registers *r, const struct cpuid *answer)
{
	r->rax = answer->eax;
	r->rbx = answer->ebx;
	r->rcx = answer->ecx;
	r->rdx = answer->edx;
}

/* Of XSAVE's area, for XCR0 as it is, which is the guest's. */
static u32 area_size(u32 subleaf, u32 variants)
{
	return subleaf == 0
		       ? cpuid(CPUID_XSAVE, 0).ebx
		       : guest_xstate_compact_size(cpuid, variants, xgetbv(0));
}

/* Leaves with subleaves, and those above the basic ones. */
static struct answer cpuid_by_subleaf(struct guest_cpu *cpu, u32 leaf)
{
	union vcpu_registers *r = guest_cpu_registers(cpu);
	u32 subleaf = (u32)r->rcx;
	const struct cpuid *answer =
		cpuid_table_find(&cpu->cpuid, leaf, subleaf);

	give(r, answer);
	if (leaf == CPUID_EXTENDED && !vcpu_in_64_bit_mode()) {
		r->rdx &= ~CPUID_EXTENDED_EDX_SYSCALL;
	}
	if (leaf == CPUID_EXTENDED_FEATURES && subleaf == 0 &&
	    (vmcs_read(GUEST_CR4) & CR4_PKE) != 0) {
		r->rcx |= CPUID_EXTENDED_FEATURES_ECX_OSPKE;
	}
	/* The level's number is ECX's, whether there is one or not. */
	if ((leaf == CPUID_TOPOLOGY || leaf == CPUID_TOPOLOGY_V2) &&
	    cpu->cpuid.basic[leaf].count != 0) {
		r->rcx |= (u8)subleaf;
	}
	if (leaf == CPUID_XSAVE && subleaf <= 1 && answer->eax != 0) {
		r->rbx = area_size(subleaf, answer->eax);
	}
	return answer_done();
}

struct answer exit_cpuid(struct guest_cpu *cpu)
{
	union vcpu_registers *r = guest_cpu_registers(cpu);
	u32 leaf = (u32)r->rax;
	const struct cpuid *answer =
		leaf < CPUID_BASIC_LEAVES ? cpu->cpuid.direct[leaf] : NULL;

	if (answer == NULL) {
		return cpuid_by_subleaf(cpu, leaf);
	}
	give(r, answer);
	if (leaf == CPUID_FEATURES &&
	    (vmcs_read(GUEST_CR4) & CR4_OSXSAVE) != 0) {
		r->rcx |= CPUID_FEATURES_ECX_OSXSAVE;
	}
	return answer_done();
}

struct answer exit_hlt(struct guest_cpu *cpu)
{
	(void)cpu;
	return answer_wait();
}

/*
 * INVD would throw away what the host has written to its caches; so both are
 * nothing at all. Memory that is write-back for everybody stays coherent.
 */
struct answer exit_invalidate_caches(struct guest_cpu *cpu)
{
	(void)cpu;
	return answer_done();
}

struct answer exit_invlpg(struct guest_cpu *cpu)
{
	guest_control_forget_translations(cpu);
	return answer_done();
}

struct answer exit_pause(struct guest_cpu *cpu)
{
	(void)cpu;
	return answer_done();
}

/* SDM, "RDTSC": with CR4.TSD at CPL 0 alone; that #GP comes before the exit. */
struct answer exit_rdtsc(struct guest_cpu *cpu)
{
	union vcpu_registers *r = guest_cpu_registers(cpu);
	u64 tsc = guest_cpu_tsc();

	r->rax = (u32)tsc;
	r->rdx = tsc >> 32;
	return answer_done();
}

struct answer exit_rdtscp(struct guest_cpu *cpu)
{
	guest_cpu_registers(cpu)->rcx = (u32)rdmsr(IA32_TSC_AUX);
	return exit_rdtsc(cpu);
}

struct answer exit_vmcall(struct guest_cpu *cpu)
{
	if (guest_cpu_cpl() != 0) {
		return answer_exception(VECTOR_INVALID_OPCODE);
	}
	return hypercall(cpu);
}

/*
 * The CPU has looked at CR4.OSXSAVE before the exit, and at CPL; but there are
 * CPUs which exit at any CPL.
 */
struct answer exit_xsetbv(struct guest_cpu *cpu)
{
	const union vcpu_registers *r = guest_cpu_registers(cpu);
	u64 value = r->rdx << 32 | (u32)r->rax;

	if (guest_cpu_cpl() != 0 || (u32)r->rcx != 0 ||
	    !guest_xstate_is_valid(value, cpu->xcr0_supported)) {
		return answer_general_protection();
	}
	xsetbv(0, value);
	return answer_done();
}

struct answer exit_undefined(struct guest_cpu *cpu)
{
	(void)cpu;
	return answer_exception(VECTOR_INVALID_OPCODE);
}

struct answer exit_general_protection(struct guest_cpu *cpu)
{
	(void)cpu;
	return answer_general_protection();
}
