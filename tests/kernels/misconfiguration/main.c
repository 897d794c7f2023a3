/*
 * An EPT misconfiguration: h3's guest, but the EPT entry that maps the page of
 * its entry point may be written and not read. The guest's first fetch must
 * end it with exit reason 49, and the report must name the entry and the rule.
 */
/* stage: h3 */
#include "boot/kernel.h"
#include "ept_entry.h"
#include "exit_print.h"
#include "lib/printk.h"
#include "vm_load.h"
#include "vm_report.h"
#include "vm_run.h"
#include "vmx_cpu.h"

#define GUEST_PATH "/sbin/skernel-x86"
#define GUEST_SIZE MIB(32)

static struct vm vm;

/* The entry that maps gpa: the last one on the way down. */
static u64 *leaf_of(const struct ept *ept, gpa_t gpa)
{
	u64 *entry = phys_to_virt(ept->root);
	unsigned int level = EPT_LEVELS;

	entry += ept_entry_index(gpa, level);
	while (!ept_entry_is_leaf(*entry, level)) {
		level--;
		entry = ept_entry_table(*entry) + ept_entry_index(gpa, level);
	}
	return entry;
}

static enum kernel_status in_vmx_operation(const struct vmx_capabilities *caps)
{
	const struct vm_options options = {.memory_size = GUEST_SIZE};
	struct guest_image image;
	struct controls controls;
	struct vcpu_exit last;

	if (controls_gap(ept_vcpu_fit(caps, &controls))) {
		return KERNEL_UNSUPPORTED;
	}
	if (failed(vm_init_memory(&vm, caps, &options)) ||
	    failed(vm_load(&vm, GUEST_PATH, "", &image)) ||
	    failed(vm_init_vcpu(&vm, caps, &controls, &image))) {
		printk("The guest cannot be set up.\n");
		return KERNEL_FAILURE;
	}
	*leaf_of(&vm.ept, image.entry) &= ~EPT_READ;
	if (vm_run(&vm, false, &last) != VM_UNANSWERED) {
		printk("The guest ran on.\n");
		return KERNEL_FAILURE;
	}
	exit_print(last);
	vm_report_unanswered(&vm, last);
	return vcpu_basic_reason(last) == EXIT_EPT_MISCONFIGURATION
		       ? KERNEL_SUCCESS
		       : KERNEL_FAILURE;
}

enum kernel_status kmain(const struct boot_info *boot)
{
	struct vmx_cpu cpu;
	enum kernel_status status;

	(void)boot;
	status = vmx_cpu_check(vmx_support());
	if (status == KERNEL_SUCCESS) {
		status = vmx_cpu_start(&cpu);
	}
	if (status != KERNEL_SUCCESS) {
		return status;
	}
	return in_vmx_operation(&cpu.caps);
}
