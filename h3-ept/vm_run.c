#include "vm_run.h"
#include "ept_violation.h"
#include "event_delivery.h"
#include "exit_print.h"
#include "guest_cpuid.h"
#include "guest_cr0.h"
#include "vmcs.h"

static void answer_cpuid(struct vm *vm)
{
	union vcpu_registers *r = &vm->vcpu.vcpu.registers;
	struct cpuid answer =
		guest_cpuid(&vm->vcpu.vcpu.controls, (u32)r->rax, (u32)r->rcx);

	r->rax = answer.eax;
	r->rbx = answer.ebx;
	r->rcx = answer.ecx;
	r->rdx = answer.edx;
	vcpu_skip_instruction();
}

/*
 * Guest RAM that had no backing yet gets it; nothing else is forgiven. Where
 * the page was mapped and lacked a right, backing would not cure it.
 */
static bool answer_ept_violation(struct vm *vm)
{
	struct ept_violation violation =
		ept_violation_decode(vmcs_read(EXIT_QUALIFICATION));

	if (violation.rights != 0 ||
	    guest_memory_populate(&vm->memory,
				  vmcs_read(GUEST_PHYSICAL_ADDRESS)) !=
		    GUEST_MEMORY_POPULATED) {
		return false;
	}
	event_delivery_resume();
	return true;
}

/* Answers the exit if it can: the guest may go on then. */
static bool answer(struct vm *vm, struct vcpu_exit exit)
{
	switch (vcpu_basic_reason(exit)) {
	case EXIT_CPUID:
		answer_cpuid(vm);
		return true;
	case EXIT_CR_ACCESS:
		return guest_cr0_answer(&vm->vcpu.vcpu);
	case EXIT_EPT_VIOLATION:
		return answer_ept_violation(vm);
	default:
		return false;
	}
}

enum vm_end vm_run(struct vm *vm, bool verbose, struct vcpu_exit *last)
{
	enum exit_reason reason;

	for (;;) {
		*last = ept_vcpu_run(&vm->vcpu);
		if (!vcpu_entered(*last)) {
			return VM_ENTRY_FAILED;
		}
		reason = vcpu_basic_reason(*last);
		if (reason < EXIT_REASON_COUNT) {
			vm->exits[reason]++;
		}
		if (verbose) {
			exit_print(*last);
		}
		if (!answer(vm, *last)) {
			return reason == EXIT_HLT ? VM_HALTED : VM_UNANSWERED;
		}
	}
}
