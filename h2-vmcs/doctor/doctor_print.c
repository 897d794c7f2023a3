#include "doctor/doctor_print.h"
#include "doctor/host_memory.h"
#include "lib/printk.h"
#include "vmcs.h"

/* VMPTRST: the current-VMCS pointer, all ones where there is none. */
static hpa_t current_vmcs(void)
{
	hpa_t vmcs;

	asm volatile("vmptrst %0" : "=m"(vmcs) : : "cc");
	return vmcs;
}

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
		.current_vmcs = current_vmcs(),
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

void doctor_print_failed_entry(struct vcpu_exit exit,
			       const struct vmx_capabilities *caps)
{
	struct error error = vmcs_error(exit.outcome);

	if (failed(error)) {
		printk("VM entry failed: %s: %lu\n", error.what, error.value);
	} else {
		printk("VM entry failed: Reason: %#x (%u) %s\n", exit.reason,
		       vcpu_basic_reason(exit),
		       exit_reason_name(vcpu_basic_reason(exit)));
		printk("  Exit qualification: %#lx\n",
		       vmcs_read(EXIT_QUALIFICATION));
	}
	if (exit.outcome != VM_FAIL_INVALID) {
		(void)doctor_print(caps);
	}
}
