/*
 * h3-ept: a guest with memory of its own, loaded from the disk image.
 */
#include "boot/cmdline.h"
#include "boot/kernel.h"
#include "doctor/doctor_print.h"
#include "ept_print.h"
#include "exit_print.h"
#include "guest_disk.h"
#include "lib/printk.h"
#include "memory/frames.h"
#include "memory/physical.h"
#include "vm.h"
#include "vm_options.h"
#include "vmcs.h"
#include "vmx_cpu.h"

static const char *const options[] = {
	"guest=",  /* the image's path on the disk */
	"mem=",	   /* guest RAM in MiB */
	"lazy",	   /* give guest RAM its backing when it is first touched */
	"doctor",  /* examine the VMCS before the first entry */
	"dump",	   /* print VMCS and EPT before the first entry */
	"verbose", /* print every exit, not the last one alone */
	NULL,
};

static struct vm vm;
static struct guest_disk disk;

static enum kernel_status fail(const char *step, struct error error)
{
	printk("%s: %s: %#lx\n", step, error.what, error.value);
	return KERNEL_FAILURE;
}

/* Step 2: the guest's image, from the disk into guest RAM. */
static struct error load_guest(const struct vm_options *vm_options,
			       const char *cmdline, struct guest_image *image)
{
	struct guest_disk_file file;
	struct error error;
	u64 length = 1;

	printk("Loading app: %s\n", vm_options->path);
	error = guest_disk_open(&disk);
	if (!failed(error)) {
		error = guest_disk_open_file(&disk, vm_options->path, &file);
	}
	if (!failed(error)) {
		error = guest_image_load(&file.source, &vm.memory, cmdline,
					 image);
	}
	if (!failed(error)) {
		printk("Guest image loaded at paddr: %#lx\n",
		       virt_to_phys(guest_memory_pointer(
			       &vm.memory, image->lowest, &length)));
		printk("Guest context prepared: %s, guest-physical %#lx-%#lx, "
		       "entry %#x\n",
		       guest_image_kind_name(image->kind), image->lowest,
		       image->end, image->entry);
	}
	return error;
}

/* Step 4: enter, answer, until the guest halts or does what h3 cannot do. */
static enum kernel_status run(const struct vmx_capabilities *caps, bool verbose)
{
	struct vcpu_exit exit;
	enum vm_next next;

	printk("Launching VM...\n");
	do {
		exit = ept_vcpu_run(&vm.vcpu);
		if (!vcpu_entered(exit)) {
			doctor_print_failed_entry(exit, caps);
			return KERNEL_FAILURE;
		}
		next = vm_answer(&vm, exit);
		if (verbose || next != VM_RESUME) {
			exit_print(exit);
		}
	} while (next == VM_RESUME);

	if (next == VM_DEAD) {
		vm_explain(&vm, exit);
		exit_print_guest(&vm.vcpu.vcpu);
		return KERNEL_FAILURE;
	}
	printk("HLT - guest is halting\n");
	printk("VM exited successfully!\n");
	return KERNEL_SUCCESS;
}

/* Step 3: a vCPU that starts at the image's entry; then it runs. */
static enum kernel_status run_image(const char *cmdline,
				    const struct vmx_capabilities *caps,
				    const struct controls *controls,
				    const struct guest_image *image)
{
	enum kernel_status status;
	struct error error;

	printk("Setting up VMCS...\n");
	error = vm_init_vcpu(&vm, caps, controls, image);
	if (failed(error)) {
		return fail("VMCS", error);
	}
	printk("VMCS setup complete\n");
	if (cmdline_has(cmdline, "dump")) {
		vmcs_print();
		ept_print(&vm.ept, printk);
	}
	if (cmdline_has(cmdline, "doctor") && doctor_print(caps) != 0) {
		status = KERNEL_FAILURE;
	} else {
		status = run(caps, cmdline_has(cmdline, "verbose"));
		vm_print_counts(&vm);
	}
	error = vm_destroy_vcpu(&vm);
	return failed(error) ? fail("VMCS", error) : status;
}

/* Step 1: is EPT there? Then guest RAM, and all the rest. */
static enum kernel_status in_vmx_operation(const char *cmdline,
					   const struct vmx_capabilities *caps)
{
	struct vm_options vm_options;
	struct controls controls;
	struct control_gap gap = ept_vcpu_fit(caps, &controls);
	struct guest_image image;
	enum kernel_status status;
	struct error error;

	if (gap.missing != 0) {
		controls_print_gap(gap);
		return KERNEL_UNSUPPORTED;
	}
	if (!vm_options_read(&vm_options, cmdline)) {
		return KERNEL_FAILURE;
	}
	error = vm_init_memory(&vm, caps, &vm_options);
	if (failed(error)) {
		return fail("Guest memory", error);
	}
	error = load_guest(&vm_options, cmdline_guest(cmdline), &image);
	status = failed(error) ? fail(vm_options.path, error)
			       : run_image(cmdline, caps, &controls, &image);
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
		return KERNEL_FAILURE;
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
