/*
 * h3-ept: a guest with memory of its own, loaded from the disk image.
 */
#include "boot/cmdline.h"
#include "boot/kernel.h"
#include "console/console.h"
#include "debug/vm_debug.h"
#include "doctor/doctor_print.h"
#include "ept_print.h"
#include "ept_walk.h"
#include "exit_print.h"
#include "lib/printk.h"
#include "memory/frames.h"
#include "vm.h"
#include "vm_load.h"
#include "vm_report.h"
#include "vm_run.h"
#include "vmcs.h"
#include "vmx_cpu.h"

static const char *const options[] = {
	"guest=",  /* the image's path on the disk */
	"mem=",	   /* guest RAM in MiB */
	"lazy",	   /* give guest RAM its backing when it is first touched */
	"doctor",  /* examine the VMCS before the first entry */
	"dump",	   /* print VMCS and EPT before the first entry */
	"verbose", /* print every exit on the way */
	NULL,
};

static struct vm vm;

static enum kernel_status fail(const char *step, struct error error)
{
	printk("%s: %s: %#lx\n", step, error.what, error.value);
	return KERNEL_FAILURE;
}

/* Step 4: enter, answer, until the guest halts or does what h3 cannot do. */
static enum kernel_status run(const struct vmx_capabilities *caps, bool verbose)
{
	struct vcpu_exit last;
	enum vm_end end;

	printk("Launching VM...\n");
	end = vm_run(&vm, verbose, &last);
	/* The guest had the serial port, and may have set it up otherwise. */
	console_init();
	if (end != VM_ENTRY_FAILED && !verbose) {
		exit_print(last);
	}
	switch (end) {
	case VM_HALTED:
		printk("HLT - guest is halting\n");
		printk("VM exited successfully!\n");
		vm_report_counts(&vm);
		return KERNEL_SUCCESS;
	case VM_UNANSWERED:
		vm_report_unanswered(&vm, last);
		vm_report_counts(&vm);
		break;
	case VM_ENTRY_FAILED:
		doctor_print_failed_entry(last, caps);
		break;
	}
	return KERNEL_FAILURE;
}

/* Step 3: a vCPU that starts at the image's entry. */
static enum kernel_status run_image(const char *cmdline,
				    const struct vmx_capabilities *caps,
				    const struct controls *controls,
				    const struct guest_image *image)
{
	static struct vm_debug debug;
	enum kernel_status status = KERNEL_FAILURE;
	struct error error;

	printk("Setting up VMCS...\n");
	error = vm_init_vcpu(&vm, caps, controls, image);
	if (failed(error)) {
		return fail("VMCS", error);
	}
	printk("VMCS setup complete\n");
	vm_debug_attach(&debug, &vm.vcpu, &vm.memory, caps);
	if (cmdline_has(cmdline, "dump")) {
		vmcs_print();
		ept_print(&vm.ept, printk);
	}
	if (!cmdline_has(cmdline, "doctor") || doctor_print(caps) == 0) {
		status = run(caps, cmdline_has(cmdline, "verbose"));
	}
	vm_debug_detach(&debug);
	error = vm_destroy_vcpu(&vm);
	return failed(error) ? fail("VMCS", error) : status;
}

/* Step 2: the guest's image, from the disk into guest RAM. */
static enum kernel_status load_image(const struct vm_options *vm_options,
				     const char *cmdline,
				     struct guest_image *image)
{
	struct ept_translation first;
	struct error error;

	printk("Loading app: %s\n", vm_options->path);
	error = vm_load(&vm, vm_options->path, cmdline_guest(cmdline), image);
	if (failed(error)) {
		return fail(vm_options->path, error);
	}
	/* The entry point is code that was loaded, so it has backing. */
	ept_walk(&vm.ept, ALIGN_DOWN(image->entry, FRAME_SIZE), 0, &first);
	printk("Guest image loaded at paddr: %#lx\n", first.hpa);
	printk("Guest context prepared: %s at %#lx-%#lx, entry %#x\n",
	       image_plan_kind_name(image->kind), image->lowest, image->end,
	       image->entry);
	return KERNEL_SUCCESS;
}

/* Step 1: does this CPU have EPT? Then guest RAM, and all the rest. */
static enum kernel_status in_vmx_operation(const char *cmdline,
					   const struct vmx_capabilities *caps)
{
	struct vm_options vm_options;
	struct controls controls;
	struct guest_image image;
	struct control_gap gap = ept_vcpu_fit(caps, &controls);
	enum kernel_status status;
	struct error error;

	if (controls_gap(gap)) {
		controls_print_gap(gap);
		return KERNEL_UNSUPPORTED;
	}
	error = ept_support(caps->ept_vpid);
	if (failed(error)) {
		printk("Not supported by this CPU: %s: %#lx\n", error.what,
		       error.value);
		return KERNEL_UNSUPPORTED;
	}
	if (!vm_options_read(&vm_options, cmdline)) {
		return KERNEL_USAGE;
	}
	error = vm_init_memory(&vm, caps, &vm_options);
	if (failed(error)) {
		return fail("Guest memory", error);
	}
	status = load_image(&vm_options, cmdline, &image);
	if (status == KERNEL_SUCCESS) {
		status = run_image(cmdline, caps, &controls, &image);
	}
	vm_destroy_memory(&vm);
	return status;
}

enum kernel_status kmain(const struct boot_info *boot)
{
	u64 frames = frames_free_count();
	struct vmx_cpu cpu;
	enum kernel_status status;

	printk("x86_64 Hypervisor ...\n");
	if (!kernel_options_known(options)) {
		return KERNEL_USAGE;
	}
	status = vmx_cpu_check(vmx_support());
	if (status == KERNEL_SUCCESS) {
		status = vmx_cpu_start(&cpu);
	}
	if (status != KERNEL_SUCCESS) {
		return status;
	}
	status = in_vmx_operation(boot->cmdline, &cpu.caps);
	status = vmx_cpu_stop(&cpu, status);
	printk("Frames not given back: %lu\n", frames - frames_free_count());
	return status;
}
