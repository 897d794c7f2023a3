/*
 * h1-vmxon: is VT-x there? Switch it on, and off again.
 */
#include "boot/cmdline.h"
#include "boot/kernel.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "firmware/madt.h"
#include "lib/printk.h"
#include "vmx_cpu.h"

static const char *const options[] = {
	"twice",	    /* VMXON a second time: see it refused */
	"feature-control=", /* as if IA32_FEATURE_CONTROL had this value */
	NULL,
};

/* Step 1: the CPU and the firmware must both allow VT-x. */
static enum vmx_support support(const char *cmdline)
{
	u64 pretended;

	if (cmdline_number(cmdline, "feature-control", &pretended)) {
		return vmx_support_judge(cpuid(CPUID_FEATURES, 0).ecx,
					 pretended);
	}
	return vmx_support();
}

/* VMX operation is a matter of each CPU; here the one that booted enters. */
static void print_cpus(const struct acpi *acpi)
{
	static struct madt madt;
	u32 apic_id = cpuid(CPUID_FEATURES, 0).ebx >> 24;

	if (acpi != NULL && !failed(madt_read(&madt, acpi))) {
		printk("CPUs: %u, of which this one, local APIC ID %u, enters "
		       "VMX operation\n",
		       madt.cpu_total, apic_id);
	}
}

/* Step 3: what VMX operation demands of the control registers, and has. */
static void print_control_registers(const struct vmx_capabilities *caps)
{
	printk("CR0: %#lx (must have %#lx, may have %#lx)\n", read_cr0(),
	       caps->cr0_fixed0, caps->cr0_fixed1);
	printk("CR4: %#lx (must have %#lx, may have %#lx)\n", read_cr4(),
	       caps->cr4_fixed0, caps->cr4_fixed1);
}

static enum kernel_status try_again(const struct vmx_capabilities *caps)
{
	struct vmxon second;
	struct error error = vmxon_enter(&second, caps);

	if (!failed(error)) {
		printk("VMXON once more: accepted, which it must not be\n");
		return KERNEL_FAILURE;
	}
	printk("VMXON once more: %s: %#lx\n", error.what, error.value);
	return KERNEL_SUCCESS;
}

enum kernel_status kmain(const struct boot_info *boot)
{
	struct vmx_cpu cpu;
	enum kernel_status status;

	printk("x86_64 Hypervisor ...\n");
	if (!kernel_options_known(options)) {
		return KERNEL_USAGE;
	}
	status = vmx_cpu_check(support(boot->cmdline));
	if (status != KERNEL_SUCCESS) {
		return status;
	}
	print_cpus(boot->acpi);
	/* Step 2: from here on the CPU is in VMX root operation. */
	status = vmx_cpu_start(&cpu);
	if (status != KERNEL_SUCCESS) {
		return status;
	}
	print_control_registers(&cpu.caps);
	if (cmdline_has(boot->cmdline, "twice")) {
		status = try_again(&cpu.caps);
	}
	/* Step 4: as if nothing had been. */
	return vmx_cpu_stop(&cpu, status);
}
