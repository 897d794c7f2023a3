#include "guest.h"
#include "cpu/instructions.h"
#include "guest_state.h"
#include "vmcs.h"

#define GUEST_STACK_SIZE 4096

/* What the guest leaves in RAX when it halts. */
#define VERDICT_GOOD 1
#define VERDICT_BAD  0

static u8 guest_stack[GUEST_STACK_SIZE] __attribute__((aligned(16)));

/* A VMCALL with value in RAX; the host answers in RAX. */
static u64 vmcall(u64 value)
{
	asm volatile("vmcall" : "+a"(value) : : "memory");
	return value;
}

static void halt_with(u64 verdict)
{
	asm volatile("hlt" : : "a"(verdict) : "memory");
}

/*
 * All that follows runs in VMX non-root operation: each of the four
 * instructions makes it exit, and the host's answer is checked. number comes
 * in RDI, where the host put it.
 */
static void guest_main(u64 number)
{
	u64 before;
	u64 answer;
	u64 verdict = VERDICT_BAD;

	if (cpuid(0, 0).eax >= 1) {
		before = rdtsc();
		answer = vmcall(number);
		if (answer == ~number && rdtsc() > before) {
			verdict = VERDICT_GOOD;
		}
	}
	for (;;) {
		halt_with(verdict);
	}
}

/* The TSC's low bits differ from run to run where time is real. */
static u64 random_number(void)
{
	return (rdtsc() ^ 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9;
}

void guest_start(struct guest_talk *talk, struct vcpu *vcpu)
{
	/* As if guest_main had been called: the return address' place is 0. */
	u64 rsp = (u64)(uintptr_t)(guest_stack + GUEST_STACK_SIZE) - 8;

	*talk = (struct guest_talk){.number = random_number()};
	guest_state_write_own(&vcpu->controls, (u64)(uintptr_t)guest_main, rsp);
	vcpu->registers.rdi = talk->number;
}

static enum guest_next answer_cpuid(struct vcpu *vcpu)
{
	union vcpu_registers *r = &vcpu->registers;
	struct cpuid answer = cpuid((u32)r->rax, (u32)r->rcx);

	r->rax = answer.eax;
	r->rbx = answer.ebx;
	r->rcx = answer.ecx;
	r->rdx = answer.edx;
	vcpu_skip_instruction();
	return GUEST_RESUME;
}

static enum guest_next answer_rdtsc(struct guest_talk *talk, struct vcpu *vcpu)
{
	talk->tsc = rdtsc();
	vcpu->registers.rax = (u32)talk->tsc;
	vcpu->registers.rdx = talk->tsc >> 32;
	vcpu_skip_instruction();
	return GUEST_RESUME;
}

static enum guest_next answer_vmcall(struct guest_talk *talk, struct vcpu *vcpu)
{
	if (vcpu->registers.rax != talk->number) {
		return GUEST_WRONG;
	}
	talk->number_came = true;
	vcpu->registers.rax = ~talk->number;
	vcpu_skip_instruction();
	return GUEST_RESUME;
}

enum guest_next guest_answer(struct guest_talk *talk, struct vcpu *vcpu,
			     struct vcpu_exit exit)
{
	talk->exits++;
	switch (vcpu_basic_reason(exit)) {
	case EXIT_CPUID:
		return answer_cpuid(vcpu);
	case EXIT_RDTSC:
		return answer_rdtsc(talk, vcpu);
	case EXIT_VMCALL:
		return answer_vmcall(talk, vcpu);
	case EXIT_HLT:
		return talk->number_came && vcpu->registers.rax == VERDICT_GOOD
			       ? GUEST_HALTED
			       : GUEST_WRONG;
	default:
		return GUEST_WRONG;
	}
}
