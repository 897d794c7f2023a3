#include "debug/guest_vm_debug.h"
#include "apic/local_apic_interrupt.h"
#include "cpu/instructions.h"
#include "cpu/tsc.h"
#include "debug/vm_debug.h"
#include "memory/frames.h"
#include "memory/physical.h"
#include "vcpu/vcpu_switch.h"

/* Between two looks whether it may go on: less than a slice. */
#define HELD_NS 1000000u

#define ORDER frames_order(sizeof(struct vm_debug))

_Static_assert(VM_DEBUG_VCPUS_MAX >= GUEST_VCPUS_MAX,
	       "the debugger takes all vCPUs of a machine");

static struct guest_vcpu *vcpu_of(const struct vcpu *vcpu)
{
	return CONTAINER_OF(vcpu, struct guest_vcpu, cpu.vcpu.vcpu);
}

static u64 cr8(const struct vcpu *vcpu)
{
	return local_apic_cr8(&vcpu_of(vcpu)->apic);
}

/* While gdb holds it the vCPU has the CPU now and then, and does nothing. */
static struct vcpu_exit stay(void)
{
	u64 end = rdtsc() + tsc_from_ns(HELD_NS);

	while (rdtsc() < end) {
		cpu_pause();
	}
	return (struct vcpu_exit){VM_SUCCEED, EXIT_EXTERNAL_INTERRUPT};
}

/*
 * The debugger lets interrupts in after every exit: one of them may have been
 * the alarm, which nobody else looks for then.
 */
static struct vcpu_exit run(struct vcpu *vcpu)
{
	struct vcpu_exit exit =
		vcpu->debug->thread.held ? stay() : vcpu_debug_run(vcpu);

	guest_vcpu_look_around(vcpu_of(vcpu));
	return exit;
}

static void attach(struct guest_vm *vm, struct guest_vcpu *vcpu)
{
	vcpu_switch_to_vmcs(vcpu);
	vm_debug_attach(vm->debug, &vcpu->cpu.vcpu, &vm->machine.memory,
			guest_vm_host()->caps);
	vcpu_switch_away(vcpu);
	vm->debug->vcpus[vcpu->index].vcpu.kept =
		(struct vcpu_debug_kept){&vcpu->own.cr2, cr8};
	vcpu->cpu.vcpu.vcpu.run = run;
}

struct error guest_vm_debug_attach(struct guest_vm *vm)
{
	hpa_t block;

	if (!gdb_stub_listening()) {
		return SUCCESS;
	}
	block = frames_alloc_zeroed(ORDER);
	if (block == FRAME_NONE) {
		return failure("no memory for a debugger, bytes",
			       sizeof(struct vm_debug));
	}
	vm->debug = phys_to_virt(block);
	for (u32 i = 0; i < vm->vcpu_count; i++) {
		attach(vm, vm->vcpus[i]);
	}
	vm->debug->guest.answers_interrupts = true;
	return SUCCESS;
}

void guest_vm_debug_detach(struct guest_vm *vm)
{
	if (vm->debug != NULL) {
		vm_debug_detach(vm->debug);
		frames_free(virt_to_phys(vm->debug), ORDER);
		vm->debug = NULL;
	}
}
