#include "vm.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "ept_violation.h"
#include "exit_print.h"
#include "guest_cpuid.h"
#include "guest_start.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "vmcs.h"

#define COM1	   0x3f8
#define COM1_PORTS 8
#define VPID	   1

/*
 * MSRs that are the guest's own: those that entry and exit switch, and those
 * that the hypervisor never uses itself.
 */
static const u32 guest_msrs[] = {
	IA32_EFER,    IA32_PAT,	    IA32_SYSENTER_CS,	 IA32_SYSENTER_ESP,
	IA32_FS_BASE, IA32_GS_BASE, IA32_SYSENTER_EIP,	 IA32_STAR,
	IA32_LSTAR,   IA32_FMASK,   IA32_KERNEL_GS_BASE,
};

struct error vm_init_memory(struct vm *vm, const struct vmx_capabilities *caps,
			    const struct vm_options *options)
{
	unsigned int bits = cpuid(CPUID_ADDRESS_SIZES, 0).eax & 0xff;
	struct error error;

	memset(vm->exits, 0, sizeof(vm->exits));
	error = ept_init(&vm->ept, caps->ept_vpid, bits);
	if (failed(error)) {
		return error;
	}
	error = guest_memory_init(&vm->memory, &vm->ept, options->memory_size,
				  options->lazy);
	if (failed(error)) {
		ept_destroy(&vm->ept);
	}
	return error;
}

struct error vm_init_vcpu(struct vm *vm, const struct vmx_capabilities *caps,
			  const struct controls *controls,
			  const struct guest_image *image)
{
	struct intercept *intercept = &vm->vcpu.intercept;
	struct error error =
		ept_vcpu_init(&vm->vcpu, caps, controls, &vm->ept, VPID);

	if (failed(error)) {
		return error;
	}
	intercept_ports(intercept, COM1, COM1_PORTS, false);
	for (size_t i = 0; i < ARRAY_SIZE(guest_msrs); i++) {
		intercept_msr(intercept, guest_msrs[i], false);
	}
	guest_start_multiboot2(&vm->vcpu, caps, image);
	return SUCCESS;
}

static enum vm_next answer_cpuid(struct vm *vm)
{
	struct vcpu_registers *r = &vm->vcpu.vcpu.registers;
	struct cpuid answer = guest_cpuid((u32)r->rax, (u32)r->rcx);

	r->rax = answer.eax;
	r->rbx = answer.ebx;
	r->rcx = answer.ecx;
	r->rdx = answer.edx;
	vcpu_skip_instruction();
	return VM_RESUME;
}

/* Guest RAM that had no backing yet gets it; nothing else is forgiven. */
static enum vm_next answer_ept_violation(struct vm *vm)
{
	gpa_t gpa = vmcs_read(GUEST_PHYSICAL_ADDRESS);

	if (guest_memory_populate(&vm->memory, gpa) == GUEST_MEMORY_POPULATED) {
		return VM_RESUME;
	}
	return VM_DEAD;
}

enum vm_next vm_answer(struct vm *vm, struct vcpu_exit exit)
{
	enum exit_reason reason = vcpu_basic_reason(exit);

	if (reason < EXIT_REASON_COUNT) {
		vm->exits[reason]++;
	}
	switch (reason) {
	case EXIT_CPUID:
		return answer_cpuid(vm);
	case EXIT_EPT_VIOLATION:
		return answer_ept_violation(vm);
	case EXIT_HLT:
		return VM_HALTED;
	default:
		return VM_DEAD;
	}
}

/* SDM: "Exit Qualification for I/O Instructions". */
static void explain_io(void)
{
	u64 qualification = vmcs_read(EXIT_QUALIFICATION);

	printk("The guest's %s port %#lx, %lu bytes wide: h3 has no device "
	       "there, h4 brings them.\n",
	       (qualification & BIT(3)) != 0 ? "input from" : "output to",
	       qualification >> 16 & 0xffff, (qualification & 7) + 1);
}

static void explain_ept(struct vm *vm, enum exit_reason reason)
{
	gpa_t gpa = vmcs_read(GUEST_PHYSICAL_ADDRESS);
	struct ept_violation violation;
	char text[160];

	if (reason == EXIT_EPT_VIOLATION) {
		violation = ept_violation_decode(vmcs_read(EXIT_QUALIFICATION));
		ept_violation_describe(&violation, gpa, text, sizeof(text));
	} else {
		ept_violation_describe_misconfiguration(&vm->ept, gpa, text,
							sizeof(text));
	}
	printk("%s: %s; guest RAM ends at %#lx.\n", exit_reason_name(reason),
	       text, vm->memory.size);
}

void vm_explain(struct vm *vm, struct vcpu_exit exit)
{
	enum exit_reason reason = vcpu_basic_reason(exit);
	const struct vcpu_registers *r = &vm->vcpu.vcpu.registers;

	switch (reason) {
	case EXIT_EPT_VIOLATION:
	case EXIT_EPT_MISCONFIGURATION:
		explain_ept(vm, reason);
		break;
	case EXIT_TRIPLE_FAULT:
		printk("Triple fault: an exception that the guest could not "
		       "deliver, twice over; on a PC, a reset.\n");
		break;
	case EXIT_IO_INSTRUCTION:
		explain_io();
		break;
	case EXIT_RDMSR:
	case EXIT_WRMSR:
		printk("The guest's %s of MSR %#x: h3 has no answer, h4 "
		       "brings it.\n",
		       exit_reason_name(reason), (u32)r->rcx);
		break;
	default:
		printk("%s: h3 has no answer to this exit, h4 brings them "
		       "all.\n",
		       exit_reason_name(reason));
	}
}

void vm_print_counts(const struct vm *vm)
{
	printk("Exits:");
	for (u32 i = 0; i < EXIT_REASON_COUNT; i++) {
		if (vm->exits[i] != 0) {
			printk(" %s %lu", exit_reason_name(i), vm->exits[i]);
		}
	}
	printk("\nGuest RAM: %lu KiB, of which %lu KiB have backing\n",
	       vm->memory.size / 1024, vm->memory.populated / 1024);
}

struct error vm_destroy_vcpu(struct vm *vm)
{
	return ept_vcpu_destroy(&vm->vcpu);
}

void vm_destroy_memory(struct vm *vm)
{
	guest_memory_destroy(&vm->memory);
	ept_destroy(&vm->ept);
}
