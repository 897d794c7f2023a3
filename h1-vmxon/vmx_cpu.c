#include "vmx_cpu.h"
#include "cpu/lapic.h"
#include "cpu/pic.h"
#include "cpu/vectors.h"
#include "lib/printk.h"

enum kernel_status vmx_cpu_check(enum vmx_support support)
{
	if (support != VMX_SUPPORTED) {
		printk("VMX not supported! %s.\n", vmx_support_advice(support));
		return KERNEL_UNSUPPORTED;
	}
	printk("VMX is supported!\n");
	return KERNEL_SUCCESS;
}

enum kernel_status vmx_cpu_start(struct vmx_cpu *cpu)
{
	struct error error;

	/*
	 * A pending interrupt would bring every guest back at once. A CPU whose
	 * local APIC cannot be switched on gets none from there either.
	 */
	pic_init();
	(void)lapic_enable(SPURIOUS_VECTOR);
	vmx_capabilities_read(&cpu->caps);
	printk("Initializing VMX...\n");
	printk("VMX revision: %#x\n", vmx_revision(&cpu->caps));
	error = vmxon_enter(&cpu->vmxon, &cpu->caps);
	if (failed(error)) {
		printk("VMXON: %s: %#lx\n", error.what, error.value);
		return KERNEL_FAILURE;
	}
	printk("VMXON region: %#lx\n", cpu->vmxon.region);
	printk("VMXON successful\n");
	return KERNEL_SUCCESS;
}

enum kernel_status vmx_cpu_stop(struct vmx_cpu *cpu, enum kernel_status status)
{
	printk("Cleaning up VMX...\n");

	struct error error = vmxon_leave(&cpu->vmxon);

	if (failed(error)) {
		printk("VMXOFF: %s: %#lx\n", error.what, error.value);
		return KERNEL_FAILURE;
	}
	printk("VMX cleanup complete\n");
	return status;
}
