#include "vm/guest_vm_life.h"
#include "lib/printk.h"
#include "vm/guest_vm_build.h"
#include "vm/guest_vm_watch.h"

/* A machine that resets itself as soon as it is up would never end. */
#define SHORT_LIFE_NS	1000000000ull
#define SHORT_LIVES_MAX 10u

/* Out of the guest and off the scheduler, each of them. */
static void call_vcpus_back(struct guest_vm *vm)
{
	for (u32 i = 0; i < vm->vcpu_count; i++) {
		struct guest_vcpu *vcpu = vm->vcpus[i];

		if (!scheduler_remove(&vcpu->unit)) {
			guest_vcpu_kick(vcpu);
			scheduler_wait_free(&vcpu->unit);
		}
	}
}

static struct error send_vcpus(struct guest_vm *vm)
{
	struct error error = SUCCESS;

	for (u32 i = 0; i < vm->vcpu_count && !failed(error); i++) {
		error = scheduler_add(&vm->vcpus[i]->unit);
	}
	return error;
}

/* The time that has passed meanwhile has not passed for the guest. */
static void start_time(struct guest_vm *vm)
{
	u64 ticks = machine_start_time(&vm->machine, vm->stopped_at);

	for (u32 i = 0; i < vm->vcpu_count; i++) {
		guest_vcpu_shift_time(vm->vcpus[i], ticks);
	}
}

static struct error run(struct guest_vm *vm)
{
	struct error error = guest_vm_state_move(&vm->state, GUEST_VM_RUNNING);

	if (failed(error)) {
		return error;
	}
	start_time(vm);
	error = send_vcpus(vm);
	if (failed(error)) {
		(void)guest_vm_shutdown(vm);
		vm->outcome = GUEST_VM_FAILED;
	}
	return error;
}

struct error guest_vm_boot(struct guest_vm *vm)
{
	if (guest_vm_state_now(&vm->state) == GUEST_VM_SUSPENDED) {
		return guest_vm_state_move(&vm->state, GUEST_VM_LOADED);
	}
	return run(vm);
}

struct error guest_vm_suspend(struct guest_vm *vm)
{
	struct error error =
		guest_vm_state_move(&vm->state, GUEST_VM_SUSPENDED);

	if (!failed(error)) {
		call_vcpus_back(vm);
		vm->stopped_at = machine_stop_time(&vm->machine);
	}
	return error;
}

struct error guest_vm_resume(struct guest_vm *vm)
{
	if (guest_vm_state_now(&vm->state) == GUEST_VM_LOADED) {
		return guest_vm_state_move(&vm->state, GUEST_VM_SUSPENDED);
	}
	return run(vm);
}

void guest_vm_finish(struct guest_vm *vm)
{
	call_vcpus_back(vm);
	(void)machine_stop_time(&vm->machine);
	terminal_output_end_line(guest_vm_host()->terminal, &vm->speaker);
	guest_vm_watch_report(vm);
	(void)guest_vm_state_move(&vm->state, GUEST_VM_STOPPED);
}

struct error guest_vm_shutdown(struct guest_vm *vm)
{
	struct error error = guest_vm_state_move(&vm->state, GUEST_VM_STOPPING);

	if (!failed(error)) {
		vm->outcome = GUEST_VM_SHUT_DOWN;
		guest_vm_finish(vm);
	}
	return error;
}

static struct error boot_again(struct guest_vm *vm, const char **culprit)
{
	struct error error = guest_vm_state_move(&vm->state, GUEST_VM_LOADING);

	if (failed(error)) {
		return error;
	}
	guest_vm_take_apart(vm);
	error = guest_vm_build(vm, culprit);
	return failed(error) ? error : guest_vm_boot(vm);
}

struct error guest_vm_reset(struct guest_vm *vm, const char **culprit)
{
	struct error error = SUCCESS;

	*culprit = vm->config.name;
	if (guest_vm_state_now(&vm->state) != GUEST_VM_STOPPED) {
		error = guest_vm_shutdown(vm);
	}
	if (failed(error)) {
		return error;
	}
	vm->short_lives = 0;
	vm->lived = 0;
	return boot_again(vm, culprit);
}

void guest_vm_restart(struct guest_vm *vm)
{
	const char *culprit = vm->config.name;
	struct error error;

	if (!vm->has_reset_itself ||
	    vm->config.on_reset != VM_CONFIG_RESET_RESTARTS) {
		return;
	}
	vm->lived += vm->life;
	vm->short_lives = vm->life < SHORT_LIFE_NS ? vm->short_lives + 1 : 0;
	if (vm->short_lives > SHORT_LIVES_MAX) {
		printk("VM %u (%s) has reset itself %u times in a row within a "
		       "second, and stays off\n",
		       vm->id, vm->config.name, vm->short_lives);
		return;
	}
	printk("VM %u (%s) is booted again\n", vm->id, vm->config.name);
	error = boot_again(vm, &culprit);
	if (failed(error)) {
		printk("VM %u (%s): %s: %s: %#lx\n", vm->id, vm->config.name,
		       culprit, error.what, error.value);
		vm->outcome = GUEST_VM_FAILED;
	}
}
