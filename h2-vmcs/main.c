/*
 * h2-vmcs: a VMCS, a guest that shares the kernel's address space, its exits.
 */
#include "boot/cmdline.h"
#include "boot/kernel.h"
#include "debug/vcpu_debug.h"
#include "doctor/doctor_print.h"
#include "exit_print.h"
#include "guest.h"
#include "lib/printk.h"
#include "vmcs.h"
#include "vmx_cpu.h"

static const char *const options[] = {
	"doctor", /* examine the VMCS before the first entry */
	"dump",	  /* print the VMCS before the first entry */
	NULL,
};

/* HLT and RDTSC are to exit; so is whatever the guest is not expected to do. */
static const struct control_wishes wishes = {
	.pin = {.required = PIN_EXTERNAL_INTERRUPT_EXITING | PIN_NMI_EXITING},
	.primary = {.required = PRIMARY_HLT_EXITING | PRIMARY_RDTSC_EXITING |
				PRIMARY_UNCONDITIONAL_IO_EXITING},
	.exit = {.required = EXIT_HOST_ADDRESS_SPACE_SIZE,
		 .optional = EXIT_SAVE_IA32_PAT | EXIT_LOAD_IA32_PAT |
			     EXIT_SAVE_IA32_EFER | EXIT_LOAD_IA32_EFER},
	.entry = {.required = ENTRY_IA32E_MODE_GUEST,
		  .optional = ENTRY_LOAD_IA32_PAT | ENTRY_LOAD_IA32_EFER},
};

static enum kernel_status fail(const char *step, struct error error)
{
	printk("%s: %s: %#lx\n", step, error.what, error.value);
	return KERNEL_FAILURE;
}

/* Step 2: a VMCS with controls that this CPU allows. */
static enum kernel_status set_up(struct vcpu *vcpu,
				 const struct vmx_capabilities *caps)
{
	struct controls controls;
	struct control_gap gap = controls_fit(caps, &wishes, &controls);

	if (controls_gap(gap)) {
		controls_print_gap(gap);
		return KERNEL_UNSUPPORTED;
	}
	printk("Setting up VMCS...\n");
	struct error error = vcpu_init(vcpu, caps, &controls);

	if (failed(error)) {
		return fail("VMCS", error);
	}
	printk("Allocated VMCS at: %#lx\n", vcpu->vmcs);
	printk("VMCS setup complete\n");
	return KERNEL_SUCCESS;
}

/* Step 3: enter, look at the exit, answer, until the guest halts. */
static enum kernel_status run(struct vcpu *vcpu, struct guest_talk *talk,
			      const struct vmx_capabilities *caps)
{
	enum guest_next next;

	printk("Launching VM...\n");
	do {
		struct vcpu_exit exit = vcpu_run(vcpu);

		if (!vcpu_entered(exit)) {
			doctor_print_failed_entry(exit, caps);
			return KERNEL_FAILURE;
		}
		exit_print(exit);
		next = guest_answer(talk, vcpu, exit);
	} while (next == GUEST_RESUME);

	if (next == GUEST_WRONG) {
		printk("The guest did what it was not to do.\n");
		exit_print_guest(vcpu);
		return KERNEL_FAILURE;
	}
	printk("HLT - guest is halting\n");
	printk("VM exited successfully! %u exits, VMCALL brought %#lx\n",
	       talk->exits, talk->number);
	return KERNEL_SUCCESS;
}

/* Step 1 is h1: VMX operation. Then all the rest, inside of it. */
static enum kernel_status in_vmx_operation(const char *cmdline,
					   const struct vmx_capabilities *caps)
{
	static struct vcpu_debug_guest debug_guest;
	static struct vcpu_debug debug;
	struct vcpu vcpu;
	struct guest_talk talk;
	enum kernel_status status = set_up(&vcpu, caps);

	if (status != KERNEL_SUCCESS) {
		return status;
	}
	guest_start(&talk, &vcpu);
	vcpu_debug_guest_init(&debug_guest, NULL, NULL);
	vcpu_debug_attach(&debug, &vcpu, caps, &debug_guest, 0);
	if (cmdline_has(cmdline, "dump")) {
		vmcs_print();
	}
	if (cmdline_has(cmdline, "doctor") && doctor_print(caps) != 0) {
		status = KERNEL_FAILURE;
	} else {
		status = run(&vcpu, &talk, caps);
	}
	vcpu_debug_detach(&debug);
	struct error error = vcpu_destroy(&vcpu);

	return failed(error) ? fail("VMCS", error) : status;
}

enum kernel_status kmain(const struct boot_info *boot)
{
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
	return vmx_cpu_stop(&cpu, status);
}
