#include "vm_report.h"
#include "ept_violation.h"
#include "exit_print.h"
#include "lib/printk.h"
#include "vmcs.h"

/* SDM: "Exit Qualification for I/O Instructions". */
static void explain_io(void)
{
	u64 qualification = vmcs_read(EXIT_QUALIFICATION);

	printk("%s port 0x%lx, where h3 has no device; width in bytes: %lu.\n",
	       (qualification & BIT(3)) != 0 ? "Input from" : "Output to",
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

static void explain(struct vm *vm, enum exit_reason reason)
{
	switch (reason) {
	case EXIT_EPT_VIOLATION:
	case EXIT_EPT_MISCONFIGURATION:
		explain_ept(vm, reason);
		break;
	case EXIT_TRIPLE_FAULT:
		printk("An exception that the guest could not deliver, three "
		       "deep; a PC would have reset.\n");
		break;
	case EXIT_IO_INSTRUCTION:
		explain_io();
		break;
	case EXIT_RDMSR:
	case EXIT_WRMSR:
		printk("%s of MSR 0x%x, which h3 does not offer.\n",
		       exit_reason_name(reason),
		       (u32)vm->vcpu.vcpu.registers.rcx);
		break;
	default:
		printk("%s: h3 has no answer to this exit.\n",
		       exit_reason_name(reason));
	}
}

void vm_report_unanswered(struct vm *vm, struct vcpu_exit exit)
{
	explain(vm, vcpu_basic_reason(exit));
	exit_print_guest(&vm->vcpu.vcpu);
	printk("The guest has ended: it did what h3 does not answer.\n");
}

void vm_report_counts(const struct vm *vm)
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
