/*
 * h5-multivcpu: several virtual machines, each with several CPUs, on all CPUs
 * of the host.
 */
#include "boot/kernel.h"
#include "host/host_controls.h"
#include "host/host_cpus.h"
#include "host/host_options.h"
#include "host/host_terminal.h"
#include "lib/printk.h"
#include "memory/frames.h"
#include "vm/guest_vms.h"
#include "vm/guest_vms_described.h"
#include "vm/guest_vms_host.h"
#include "vm/guest_vms_monitor.h"
#include "vmx_cpu.h"

static struct host_options options;
static u64 lost; /* frames that machines have not given back */

/* Step 5: hand out the CPUs until every machine has come to its end. */
static bool is_over(void *context)
{
	(void)context;
	return guest_vms_quit_wanted() ||
	       (!guest_vms_are_busy() && !host_terminal_is_asked());
}

static void look_after(void *context)
{
	(void)context;
	guest_vms_look_after();
	host_terminal_serve();
}

static void run_machines(void)
{
	static const struct sched_loop loop = {look_after, is_over, NULL};

	host_cpus_run(&loop);
	guest_vms_shut_down();
}

/* Step 4: the machines that the disk or the command line describes. */
static enum kernel_status make_and_run(void)
{
	enum kernel_status status = guest_vms_describe(&options);

	if (status == KERNEL_SUCCESS) {
		status = guest_vms_boot();
	}
	if (status == KERNEL_SUCCESS) {
		run_machines();
		status = guest_vms_report();
	}
	guest_vms_remove_all();
	return status;
}

/* Step 3: what the machines have in common. */
static enum kernel_status with_host(const struct boot_info *boot,
				    const struct vmx_capabilities *caps,
				    const struct controls *controls)
{
	enum kernel_status status;

	guest_vms_begin(boot, caps, controls, &options);
	status = make_and_run();
	host_terminal_end();
	return status;
}

/* Step 2: the CPUs of the host, all of them in VMX operation. */
static enum kernel_status on_all_cpus(const struct boot_info *boot,
				      const struct vmx_capabilities *caps)
{
	struct controls controls;
	enum kernel_status status =
		host_controls_fit(caps, &options, &controls);
	struct error error;
	u64 frames;

	if (status != KERNEL_SUCCESS) {
		return status;
	}
	error = host_cpus_prepare();
	if (failed(error)) {
		printk("Alarm: %s: %#lx\n", error.what, error.value);
		return KERNEL_FAILURE;
	}
	host_cpus_start(boot, options.cpus, caps);
	printk("CPUs that run guests: %u\n", host_cpus_count());
	frames = frames_free_count();
	status = with_host(boot, caps, &controls);
	lost = frames - frames_free_count();
	host_cpus_end();
	return status;
}

/* Step 1: the boot processor in VMX operation. */
enum kernel_status kmain(const struct boot_info *boot)
{
	struct vmx_cpu vmx;
	enum kernel_status status;

	printk("x86_64 Hypervisor ...\n");
	if (!kernel_options_known(host_options_words) ||
	    !host_options_read(&options, boot->cmdline)) {
		return KERNEL_USAGE;
	}
	status = vmx_cpu_check(vmx_support());
	if (status == KERNEL_SUCCESS) {
		status = vmx_cpu_start(&vmx);
	}
	if (status != KERNEL_SUCCESS) {
		return status;
	}
	status = on_all_cpus(boot, &vmx.caps);
	status = vmx_cpu_stop(&vmx, status);
	printk("Frames not given back: %lu\n", lost);
	return status;
}
