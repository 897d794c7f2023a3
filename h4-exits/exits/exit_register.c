/*
 * Control registers, debug registers and MSRs.
 */
#include "cpu/guest_control.h"
#include "cpu/guest_msr.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "exits/exit_table.h"
#include "vmcs.h"

/* SDM: "Exit Qualification for Control-Register Accesses". */
#define CR_NUMBER(q)   ((q)&0xf)
#define CR_TYPE(q)     ((q) >> 4 & 3)
#define CR_REGISTER(q) ((unsigned int)((q) >> 8 & 0xf))
#define LMSW_SOURCE(q) ((q) >> 16 & 0xffff)

enum cr_access_type { MOV_TO_CR, MOV_FROM_CR, CLTS, LMSW };

/* LMSW sets PE and cannot clear it. */
#define LMSW_BITS (CR0_PE | CR0_MP | CR0_EM | CR0_TS)

static struct answer done_if(bool valid)
{
	return valid ? answer_done() : answer_general_protection();
}

static bool write_cr8_of(struct guest_cpu *cpu, u64 value)
{
	if (value > 0xf) {
		return false;
	}
	cpu->cr8 = value;
	return true;
}

static struct answer move_to(struct guest_cpu *cpu, u64 qualification)
{
	u64 value = vcpu_register(&cpu->vcpu.vcpu, CR_REGISTER(qualification));

	switch (CR_NUMBER(qualification)) {
	case 0:
		return done_if(guest_control_write_cr0(cpu, value));
	case 3:
		return done_if(guest_control_write_cr3(cpu, value));
	case 4:
		return done_if(guest_control_write_cr4(cpu, value));
	case 8:
		return done_if(write_cr8_of(cpu, value));
	default:
		return answer_exception(VECTOR_INVALID_OPCODE);
	}
}

static struct answer move_from(struct guest_cpu *cpu, u64 qualification)
{
	u64 value;

	switch (CR_NUMBER(qualification)) {
	case 3:
		value = vmcs_read(GUEST_CR3);
		break;
	case 8:
		value = cpu->cr8;
		break;
	default:
		return answer_exception(VECTOR_INVALID_OPCODE);
	}
	vcpu_register_set(&cpu->vcpu.vcpu, CR_REGISTER(qualification), value);
	return answer_done();
}

static struct answer lmsw(struct guest_cpu *cpu, u64 source)
{
	u64 cr0 = guest_control_cr0();

	cr0 = (cr0 & ~(LMSW_BITS & ~CR0_PE)) | (source & LMSW_BITS);
	return done_if(guest_control_write_cr0(cpu, cr0));
}

struct answer exit_cr_access(struct guest_cpu *cpu)
{
	u64 qualification = vmcs_read(EXIT_QUALIFICATION);

	switch (CR_TYPE(qualification)) {
	case MOV_TO_CR:
		return move_to(cpu, qualification);
	case MOV_FROM_CR:
		return move_from(cpu, qualification);
	case CLTS:
		return done_if(guest_control_write_cr0(
			cpu, guest_control_cr0() & ~CR0_TS));
	default:
		return lmsw(cpu, LMSW_SOURCE(qualification));
	}
}

struct answer exit_rdmsr(struct guest_cpu *cpu)
{
	union vcpu_registers *r = guest_cpu_registers(cpu);
	u64 value;

	/* A read that is refused leaves RAX as it is. */
	if (!guest_msr_read(cpu, (u32)r->rcx, &r->rax)) {
		return answer_general_protection();
	}
	value = r->rax;
	r->rax = (u32)value;
	r->rdx = value >> 32;
	return answer_done();
}

struct answer exit_wrmsr(struct guest_cpu *cpu)
{
	const union vcpu_registers *r = guest_cpu_registers(cpu);

	return done_if(
		guest_msr_write(cpu, (u32)r->rcx, r->rdx << 32 | (u32)r->rax));
}
