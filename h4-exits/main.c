/*
 * h4-exits: every exit answered, and a machine of devices around the guest.
 */
#include "boot/kernel.h"
#include "console/console.h"
#include "cpu/alarm.h"
#include "cpu/guest_reset.h"
#include "cpu/lapic.h"
#include "cpu/vectors.h"
#include "debug/vm_debug.h"
#include "doctor/doctor_print.h"
#include "ept_print.h"
#include "guest_report.h"
#include "guest_run.h"
#include "image/boot_load.h"
#include "lib/printk.h"
#include "machine/machine_alone.h"
#include "machine/machine_flash.h"
#include "memory/frames.h"
#include "options.h"
#include "seeds/seeds.h"
#include "trace/exit_trace.h"
#include "vmcs.h"
#include "vmx_cpu.h"

#define VPID 1

static struct options options;
static struct machine machine;
static struct guest_cpu cpu;
static struct exit_trace trace;

static enum kernel_status fail(const char *step, struct error error)
{
	printk("%s: %s: %#lx\n", step, error.what, error.value);
	return KERNEL_FAILURE;
}

/* Step 5: run it to its end, and tell how it ended. */
static enum kernel_status run(const struct vmx_capabilities *caps)
{
	struct guest_end end;

	if (options.dump) {
		vmcs_print();
		ept_print(&machine.ept, printk);
	}
	if (options.doctor && doctor_print(caps) != 0) {
		return KERNEL_FAILURE;
	}
	if (options.trace || options.stats) {
		exit_trace_attach(&trace, &cpu,
				  options.trace ? &exit_trace_alone
						: &exit_trace_alone_table);
	}
	printk("Launching VM...\n");
	end = guest_run(&cpu, &guest_run_alone);
	if (cpu.trace != NULL) {
		exit_trace_report(cpu.trace);
	}
	if (end.kind == GUEST_NOT_ENTERED) {
		doctor_print_failed_entry(end.last, caps);
		return KERNEL_FAILURE;
	}
	return guest_report(&cpu, &end);
}

/* Step 4: a CPU that starts at the image's entry. */
static enum kernel_status run_on_cpu(const struct vmx_capabilities *caps,
				     const struct controls *controls,
				     const struct start_state *start)
{
	static struct vm_debug debug;
	enum kernel_status status;
	struct error error = guest_cpu_init(&cpu, &machine, caps, controls,
					    &guest_cpu_single, VPID);

	if (failed(error)) {
		return fail("Guest CPU", error);
	}
	guest_cpu_pass_ports(&cpu, &options.machine);
	guest_reset(&cpu, caps, start);
	vm_debug_attach(&debug, &cpu.vcpu, &machine.memory, caps);
	debug.guest.answers_interrupts = true;
	status = run(caps);
	vm_debug_detach(&debug);
	error = guest_cpu_destroy(&cpu);
	return failed(error) ? fail("Guest CPU", error) : status;
}

/* Step 3: the guest's image and its modules, from the disk into guest RAM. */
static enum kernel_status load(struct guest_boot *boot)
{
	/* Its local APIC is there and switched off, as IA32_APIC_BASE says. */
	const struct guest_acpi_machine acpi = {
		.cpus = 1,
		.has_local_apics = true,
	};
	const char *culprit = options.vm.path;
	struct error error;

	printk("Loading app: %s\n", options.vm.path);
	error = boot_load(&machine.memory, options.vm.path, &options.boot,
			  options.guest_cmdline, &acpi, boot, &culprit);
	if (failed(error)) {
		return fail(culprit, error);
	}
	printk("Guest context prepared: %s at %#lx-%#lx, entry %#x\n",
	       guest_boot_kind_name(boot->kind), boot->lowest, boot->end,
	       boot->start.eip);
	return KERNEL_SUCCESS;
}

/* Step 2: the machine around it: RAM, devices. */
static enum kernel_status make_machine(const struct vmx_capabilities *caps)
{
	struct error error =
		machine_init(&machine, &machine_alone, caps, &options.vm);

	if (failed(error)) {
		return fail("Machine", error);
	}
	error = machine_flash_fill(&machine, &options.machine);
	if (failed(error)) {
		machine_destroy(&machine);
		return fail("Flash", error);
	}
	machine_options_limit(&options.machine, &machine);
	return KERNEL_SUCCESS;
}

/* What ends a guest's run, or its HLT: an alarm for its timers, a key. */
static enum kernel_status expect_interrupts(void)
{
	struct error error = alarm_init(ALARM_VECTOR);

	if (failed(error)) {
		return fail("Alarm", error);
	}
	lapic_accept_pic();
	console_receive_interrupt(true);
	return KERNEL_SUCCESS;
}

/* Step 1: does the CPU have what h4 needs? */
static enum kernel_status fit(const struct vmx_capabilities *caps,
			      struct controls *controls)
{
	const struct guest_cpu_wishes also = {
		.all_exits = options.all_exits,
		/* A debugger has a timer of its own, to look around by. */
		.timed = options.machine.limit != 0 && !options.gdb,
	};
	struct control_gap gap = guest_cpu_fit(caps, also, controls);
	struct error error = ept_support(caps->ept_vpid);

	if (controls_gap(gap)) {
		controls_print_gap(gap);
		return KERNEL_UNSUPPORTED;
	}
	if (failed(error)) {
		printk("Not supported by this CPU: %s: %#lx\n", error.what,
		       error.value);
		return KERNEL_UNSUPPORTED;
	}
	return expect_interrupts();
}

static enum kernel_status in_vmx_operation(const struct vmx_capabilities *caps)
{
	struct controls controls;
	struct guest_boot boot;
	enum kernel_status status = fit(caps, &controls);

	if (status == KERNEL_SUCCESS && options.seeds.wanted) {
		return seeds_run(
			&(struct seeds_guest){&options, caps, &controls});
	}
	if (status == KERNEL_SUCCESS) {
		status = make_machine(caps);
	}
	if (status != KERNEL_SUCCESS) {
		return status;
	}
	status = load(&boot);
	if (status == KERNEL_SUCCESS) {
		status = run_on_cpu(caps, &controls, &boot.start);
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
	if (!kernel_options_known(options_words) ||
	    !options_read(&options, boot->cmdline)) {
		return KERNEL_USAGE;
	}
	status = vmx_cpu_check(vmx_support());
	if (status == KERNEL_SUCCESS) {
		status = vmx_cpu_start(&vmx);
	}
	if (status != KERNEL_SUCCESS) {
		return status;
	}
	status = in_vmx_operation(&vmx.caps);
	status = vmx_cpu_stop(&vmx, status);
	printk("Frames not given back: %lu\n", frames - frames_free_count());
	return status;
}
