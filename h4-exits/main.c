/*
 * h4-exits: every exit answered, and a machine of devices around the guest.
 */
#include "boot/cmdline.h"
#include "boot/kernel.h"
#include "console/console.h"
#include "cpu/alarm.h"
#include "cpu/guest_reset.h"
#include "cpu/lapic.h"
#include "doctor/doctor_print.h"
#include "ept_print.h"
#include "guest_report.h"
#include "guest_run.h"
#include "image/boot_load.h"
#include "lib/printk.h"
#include "machine/machine.h"
#include "memory/frames.h"
#include "vmcs.h"
#include "vmx_cpu.h"

/* Of the host's own interrupts; the PIC's are below. */
#define ALARM_VECTOR 0x40
#define VPID	     1

static const char *const options[] = {
	"guest=",   /* the image's path on the disk */
	"mem=",	    /* guest RAM in MiB */
	"lazy",	    /* give guest RAM its backing when it is first touched */
	"kind=",    /* what the image is, if not to be recognised */
	"load=",    /* where a flat image goes, */
	"entry=",   /* and where it starts */
	"modules=", /* the path of the list of modules */
	"doctor",   /* examine the VMCS before the first entry */
	"dump",	    /* print VMCS and EPT before the first entry */
	"trace",    /* print every exit, and what it cost */
	NULL,
};

static struct machine machine;
static struct guest_cpu cpu;

static enum kernel_status fail(const char *step, struct error error)
{
	printk("%s: %s: %#lx\n", step, error.what, error.value);
	return KERNEL_FAILURE;
}

/* Step 4: run it to its end, and tell how it ended. */
static enum kernel_status run(const char *cmdline,
			      const struct vmx_capabilities *caps)
{
	struct guest_end end;

	if (cmdline_has(cmdline, "dump")) {
		vmcs_print();
		ept_print(&machine.ept, printk);
	}
	if (cmdline_has(cmdline, "doctor") && doctor_print(caps) != 0) {
		return KERNEL_FAILURE;
	}
	printk("Launching VM...\n");
	end = guest_run(&cpu);
	if (end.kind == GUEST_NOT_ENTERED) {
		doctor_print_failed_entry(end.last, caps);
		return KERNEL_FAILURE;
	}
	return guest_report(&cpu, &end);
}

/* Step 3: a CPU that starts at the image's entry. */
static enum kernel_status run_on_cpu(const char *cmdline,
				     const struct vmx_capabilities *caps,
				     const struct controls *controls,
				     const struct start_state *start)
{
	enum kernel_status status;
	struct error error;

	error = guest_cpu_init(&cpu, &machine, caps, controls, VPID);
	if (failed(error)) {
		return fail("Guest CPU", error);
	}
	guest_reset(&cpu, caps, start);
	status = run(cmdline, caps);
	error = guest_cpu_destroy(&cpu);
	return failed(error) ? fail("Guest CPU", error) : status;
}

/* Step 2: the guest's image, from the disk into guest RAM. */
static enum kernel_status load(const char *cmdline,
			       const struct vm_options *vm_options,
			       const struct boot_options *boot_options,
			       struct guest_boot *boot)
{
	const struct guest_acpi_machine acpi = {.cpus = 1};
	const char *culprit = vm_options->path;
	struct error error;

	printk("Loading app: %s\n", vm_options->path);
	error = boot_load(&machine.memory, vm_options->path, boot_options,
			  cmdline_guest(cmdline), &acpi, boot, &culprit);
	if (failed(error)) {
		return fail(culprit, error);
	}
	printk("Guest context prepared: %s at %#lx-%#lx, entry %#x\n",
	       guest_boot_kind_name(boot->kind), boot->lowest, boot->end,
	       boot->start.eip);
	return KERNEL_SUCCESS;
}

/* Step 1: what the CPU must have; then the machine, and all the rest. */
static enum kernel_status in_vmx_operation(const char *cmdline,
					   const struct vmx_capabilities *caps)
{
	struct boot_options boot_options;
	struct vm_options vm_options;
	struct controls controls;
	struct guest_boot boot;
	struct control_gap gap = guest_cpu_fit(caps, &controls);
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
	if (!vm_options_read(&vm_options, cmdline) ||
	    !boot_options_read(&boot_options, cmdline)) {
		return KERNEL_USAGE;
	}
	lapic_accept_pic();
	console_receive_interrupt(true);
	error = alarm_init(ALARM_VECTOR);
	if (failed(error)) {
		return fail("Alarm", error);
	}
	error = machine_init(&machine, caps, &vm_options);
	if (failed(error)) {
		return fail("Machine", error);
	}
	status = load(cmdline, &vm_options, &boot_options, &boot);
	if (status == KERNEL_SUCCESS) {
		status = run_on_cpu(cmdline, caps, &controls, &boot.start);
	}
	machine_destroy(&machine);
	return status;
}

enum kernel_status kmain(const struct boot_info *boot)
{
	u64 frames = frames_free_count();
	struct vmx_cpu vmx;
	enum kernel_status status;

	printk("x86_64 Hypervisor ...\n");
	if (!kernel_options_known(options)) {
		return KERNEL_USAGE;
	}
	status = vmx_cpu_check(vmx_support());
	if (status == KERNEL_SUCCESS) {
		status = vmx_cpu_start(&vmx);
	}
	if (status != KERNEL_SUCCESS) {
		return status;
	}
	status = in_vmx_operation(boot->cmdline, &vmx.caps);
	status = vmx_cpu_stop(&vmx, status);
	printk("Frames not given back: %lu\n", frames - frames_free_count());
	return status;
}
