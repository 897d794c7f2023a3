#include "doctor/doctor_print.h"
#include "doctor/host_memory.h"
#include "lib/printk.h"
#include "vmcs.h"
#include "vmx_instruction_error.h"

static void print_finding(const struct doctor_finding *finding, void *context)
{
	(void)context;
	printk("Doctor: %s: %s is %#lx\n", rules_name(finding->rule),
	       vmcs_field_name(finding->field), finding->value);
	printk("  The rule: %s.\n", rules_sentence(finding->rule));
	printk("  SDM: \"%s\"\n", rules_section_title(finding->rule));
}

unsigned int doctor_print(const struct vmx_capabilities *caps)
{
	/* Some 1.5 KiB: too much for the stack of a kernel. */
	static struct vmcs_snapshot snapshot;
	struct cpu_facts cpu;
	struct doctor_subject subject = {
		.vmcs = &snapshot,
		.caps = caps,
		.cpu = &cpu,
		.current_vmcs = vmcs_current(),
		.read_memory = host_memory_read,
	};
	unsigned int findings;

	vmcs_snapshot_take(&snapshot);
	cpu_facts_read(&cpu);
	findings = doctor_examine(&subject, print_finding, NULL);
	if (findings == 0) {
		printk("Doctor: no rule of the SDM is broken.\n");
	}
	return findings;
}

/* SDM: "VM-Entry Failures During or After Loading Guest State". */
static const char *explain_qualification(enum exit_reason reason,
					 u64 qualification)
{
	if (reason == EXIT_MSR_LOADING) {
		return "the number of the MSR-load entry, counted from 1";
	}
	switch (qualification) {
	case 2:
		return "a PDPTE cannot be loaded";
	case 3:
		return "an NMI is to be injected while STI blocks events";
	case 4:
		return "the VMCS link pointer is wrong";
	default:
		return "nothing more specific";
	}
}

static void print_failed_exit(struct vcpu_exit exit)
{
	enum exit_reason reason = vcpu_basic_reason(exit);
	u64 qualification = vmcs_read(EXIT_QUALIFICATION);

	printk("VM entry failed: Reason: 0x%lx (%u) %s\n", exit.reason, reason,
	       exit_reason_name(reason));
	printk("  Exit qualification: 0x%lx: %s\n", qualification,
	       explain_qualification(reason, qualification));
}

void doctor_print_failed_entry(struct vcpu_exit exit,
			       const struct vmx_capabilities *caps)
{
	struct error error = vmcs_error(exit.outcome);

	if (!failed(error)) {
		print_failed_exit(exit);
		(void)doctor_print(caps);
		return;
	}
	printk("VM entry failed: %s: %lu\n", error.what, error.value);
	/* Only these two errors speak of what the VMCS holds. */
	if (exit.outcome == VM_FAIL_VALID &&
	    (error.value == VMX_ERROR_INVALID_CONTROL ||
	     error.value == VMX_ERROR_INVALID_HOST_STATE)) {
		(void)doctor_print(caps);
	}
}
