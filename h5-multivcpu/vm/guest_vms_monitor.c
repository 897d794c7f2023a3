#include "vm/guest_vms_monitor.h"
#include "cpu/tsc.h"
#include "lib/printk.h"
#include "smp/smp.h"
#include "vm/guest_vm_life.h"
#include "vm/guest_vm_lines.h"
#include "vm/guest_vms.h"
#include "vm/guest_vms_print.h"

static u64 exits_of(const struct guest_vcpu *vcpu)
{
	u64 sum = 0;

	for (u32 i = 0; i < EXIT_REASON_COUNT; i++) {
		sum += vcpu->cpu.exits[i];
	}
	return sum;
}

static bool get_vm(void *context, u32 index, struct monitor_vm *vm)
{
	struct guest_vm *found = guest_vms_at(index);

	(void)context;
	if (found == NULL) {
		return false;
	}
	*vm = (struct monitor_vm){
		.id = found->id,
		.name = found->config.name,
		.state =
			guest_vm_state_names[guest_vm_state_now(&found->state)],
		.vcpus = found->vcpu_count,
		.memory = found->config.regions[0].size,
		.speaker = &found->speaker,
		.input = guest_vm_state_now(&found->state) == GUEST_VM_RUNNING
				 ? &found->input
				 : NULL,
	};
	return true;
}

static bool get_vcpu(void *context, u32 id, u32 index,
		     struct monitor_vcpu *state)
{
	struct error error;
	struct guest_vcpu *vcpu = guest_vms_get_vcpu(id, index, &error);
	enum vcpu_state now;

	(void)context;
	if (vcpu == NULL) {
		return false;
	}
	now = vcpu_state_now(&vcpu->unit.state);
	*state = (struct monitor_vcpu){
		.state = vcpu_state_name(now),
		.cpu = now == VCPU_RUNNING ? vcpu->unit.cpu : MONITOR_NO_CPU,
		.exits = exits_of(vcpu),
		.run_ms = tsc_to_ns(scheduler_ran(&vcpu->unit)) / 1000000,
	};
	return true;
}

static bool get_cpu(void *context, u32 number, struct monitor_cpu *cpu)
{
	struct sched_counters counters;

	(void)context;
	if (number >= smp_count()) {
		return false;
	}
	counters = scheduler_counters(number);
	*cpu = (struct monitor_cpu){
		.runs = counters.runs,
		.switches = counters.switches,
		.migrations = counters.migrations,
		.idle_ms = tsc_to_ns(counters.idle) / 1000000,
	};
	return true;
}

static struct error with_vm(u32 id, struct error (*act)(struct guest_vm *vm))
{
	struct error error;
	struct guest_vm *vm = guest_vms_get(id, &error);

	return vm == NULL ? error : act(vm);
}

/* A machine that has stopped is started again from the beginning. */
static struct error start_vm(struct guest_vm *vm)
{
	const char *culprit;
	struct error error;

	if (guest_vm_state_now(&vm->state) != GUEST_VM_STOPPED) {
		return guest_vm_boot(vm);
	}
	error = guest_vm_reset(vm, &culprit);
	if (failed(error)) {
		printk("VM %u: %s\n", vm->id, culprit);
	}
	return error;
}

static struct error reset_vm(struct guest_vm *vm)
{
	const char *culprit;
	struct error error = guest_vm_reset(vm, &culprit);

	if (failed(error)) {
		printk("VM %u: %s\n", vm->id, culprit);
	}
	return error;
}

static struct error destroy_vm(struct guest_vm *vm)
{
	if (guest_vm_state_now(&vm->state) != GUEST_VM_STOPPED) {
		struct error error = guest_vm_shutdown(vm);

		if (failed(error)) {
			return error;
		}
	}
	guest_vms_remove(vm);
	return SUCCESS;
}

static struct error start(void *context, u32 id)
{
	(void)context;
	return with_vm(id, start_vm);
}

static struct error stop(void *context, u32 id)
{
	(void)context;
	return with_vm(id, guest_vm_shutdown);
}

static struct error suspend(void *context, u32 id)
{
	(void)context;
	return with_vm(id, guest_vm_suspend);
}

static struct error resume(void *context, u32 id)
{
	(void)context;
	return with_vm(id, guest_vm_resume);
}

static struct error reset(void *context, u32 id)
{
	(void)context;
	return with_vm(id, reset_vm);
}

static struct error destroy(void *context, u32 id)
{
	(void)context;
	return with_vm(id, destroy_vm);
}

static struct error interrupt(void *context, u32 id, u64 line)
{
	struct error error;
	struct guest_vm *vm = guest_vms_get(id, &error);

	(void)context;
	return vm == NULL ? error : guest_vm_lines_pulse(vm, line);
}

static void notify_input(void *context, u32 id)
{
	struct guest_vm *vm = guest_vms_find(id);

	(void)context;
	if (vm != NULL && vm->built) {
		guest_vcpu_post(vm->vcpus[0], GUEST_VCPU_MACHINE);
	}
}

static bool quit_wanted;

static void quit(void *context)
{
	(void)context;
	quit_wanted = true;
}

const struct monitor_ops guest_vms_monitor_ops = {
	.states = guest_vm_state_names,
	.vm = get_vm,
	.vcpu = get_vcpu,
	.cpu = get_cpu,
	.start = start,
	.stop = stop,
	.suspend = suspend,
	.resume = resume,
	.reset = reset,
	.destroy = destroy,
	.interrupt = interrupt,
	.print_exits = guest_vms_print_exits,
	.print_description = guest_vms_print_description,
	.print_registers = guest_vms_print_registers,
	.print_ept = guest_vms_print_ept,
	.print_ept_walk = guest_vms_print_ept_walk,
	.print_vmcs = guest_vms_print_vmcs,
	.notify_input = notify_input,
	.quit = quit,
};

bool guest_vms_quit_wanted(void)
{
	return quit_wanted;
}
