/* stage: h5 */
/*
 * vm-cost: what it costs to make a virtual machine and to do away with it. The
 * command line says, as h5's does, what machine that is. Each line is one of
 * payload/skernel-x86/bench.h, for tools/bench.
 */
#include "boot/kernel.h"
#include "cpu/instructions.h"
#include "cpu/tsc.h"
#include "host/host_controls.h"
#include "host/host_cpus.h"
#include "host/host_options.h"
#include "host/host_terminal.h"
#include "lib/printk.h"
#include "vm/guest_vm_build.h"
#include "vm/guest_vm_life.h"
#include "vm/guest_vms.h"
#include "vm/guest_vms_described.h"
#include "vm/guest_vms_host.h"
#include "vmx_cpu.h"

#define ROUNDS 3

static struct host_options options;
static u64 start_ticks = UINT64_MAX;
static u64 destroy_ticks = UINT64_MAX;

/* Up to where a CPU could take it, had we a scheduler that runs. */
static struct error start(struct guest_vm **vm)
{
	const char *culprit;
	struct error error;

	*vm = guest_vms_add(&options.config);
	if (*vm == NULL) {
		return failure("no room for a virtual machine", 0);
	}
	error = guest_vm_build(*vm, &culprit);
	return failed(error) ? error : guest_vm_boot(*vm);
}

static struct error measure(void)
{
	struct guest_vm *vm;
	u64 begin = tsc_read_between();
	struct error error = start(&vm);

	if (failed(error)) {
		return error;
	}
	start_ticks = min_u64(start_ticks, tsc_read_between() - begin);
	/* It prints, which takes a serial port longer than all the rest. */
	error = guest_vm_shutdown(vm);
	begin = tsc_read_between();
	guest_vms_remove(vm);
	destroy_ticks = min_u64(destroy_ticks, tsc_read_between() - begin);
	return error;
}

static struct error measure_all(const struct boot_info *boot,
				const struct vmx_capabilities *caps,
				const struct controls *controls)
{
	struct error error = host_cpus_prepare();

	guest_vms_begin(boot, caps, controls, &options);
	for (int i = 0; i < ROUNDS && !failed(error); i++) {
		error = measure();
	}
	guest_vms_remove_all();
	host_terminal_end();
	return error;
}

static enum kernel_status run(const struct boot_info *boot,
			      const struct vmx_capabilities *caps)
{
	struct controls controls;
	enum kernel_status status =
		host_controls_fit(caps, &options, &controls);
	struct error error;

	if (status != KERNEL_SUCCESS) {
		return status;
	}
	error = measure_all(boot, caps, &controls);
	if (failed(error)) {
		printk("vm-cost: %s: %#lx\n", error.what, error.value);
		return KERNEL_FAILURE;
	}
	printk("bench: vm-start %lu ticks\n", start_ticks);
	printk("bench: vm-destroy %lu ticks\n", destroy_ticks);
	return KERNEL_SUCCESS;
}

enum kernel_status kmain(const struct boot_info *boot)
{
	struct vmx_cpu vmx;
	enum kernel_status status;

	if (!host_options_read(&options, boot->cmdline)) {
		return KERNEL_USAGE;
	}
	status = vmx_cpu_check(vmx_support());
	if (status == KERNEL_SUCCESS) {
		status = vmx_cpu_start(&vmx);
	}
	if (status != KERNEL_SUCCESS) {
		return status;
	}
	return vmx_cpu_stop(&vmx, run(boot, &vmx.caps));
}
