#include "vm/guest_vm_end.h"
#include "doctor/doctor_print.h"
#include "guest_report.h"
#include "lib/printk.h"

/* The other vCPUs come out, and the CPU that looks after machines hears of it.
 */
static void call_back(struct guest_vm *vm)
{
	for (u32 i = 0; i < vm->vcpu_count; i++) {
		guest_vcpu_kick(vm->vcpus[i]);
	}
	scheduler_call(0);
}

static bool is_first(struct guest_vm *vm)
{
	return !failed(guest_vm_state_move(&vm->state, GUEST_VM_STOPPING));
}

static enum guest_vm_outcome report(struct guest_vcpu *vcpu,
				    const struct guest_end *end)
{
	struct guest_vm *vm = vcpu->vm;

	terminal_output_end_line(guest_vm_host()->terminal, &vm->speaker);
	printk("VM %u (%s), vCPU %u:\n", vm->id, vm->config.name, vcpu->index);
	if (end->kind == GUEST_NOT_ENTERED) {
		doctor_print_failed_entry(end->last, guest_vm_host()->caps);
		return GUEST_VM_FAILED;
	}
	return guest_report_end(&vcpu->cpu, end) == KERNEL_SUCCESS
		       ? GUEST_VM_WELL
		       : GUEST_VM_FAILED;
}

/* A triple fault is a shutdown, which a PC answers with a reset. */
static bool is_reset(const struct guest_vm *vm, const struct guest_end *end)
{
	return (end->kind == GUEST_ENDED_ITSELF &&
		vm->machine.end.kind == MACHINE_RESET) ||
	       (end->kind == GUEST_STOPPED && end->why == STOP_TRIPLE_FAULT);
}

void guest_vm_end(struct guest_vcpu *vcpu, const struct guest_end *end)
{
	struct guest_vm *vm = vcpu->vm;

	if (is_first(vm)) {
		vm->life = device_clock_now(&vm->machine.clock);
		vm->has_reset_itself = is_reset(vm, end);
		vm->outcome = report(vcpu, end);
		call_back(vm);
	}
}

void guest_vm_fail(struct guest_vcpu *vcpu, struct error error)
{
	struct guest_vm *vm = vcpu->vm;

	if (is_first(vm)) {
		vm->outcome = GUEST_VM_FAILED;
		printk("VM %u (%s), vCPU %u: %s: %#lx\n", vm->id,
		       vm->config.name, vcpu->index, error.what, error.value);
		call_back(vm);
	}
}
