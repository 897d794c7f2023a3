#include "vcpu/vcpu_requests.h"
#include "apic/local_apic_timer.h"
#include "vcpu/vcpu_start.h"
#include "vm/guest_vm.h"

/*
 * A machine has no firmware to start its boot processor again: an INIT for
 * that one is a reset of the machine.
 */
static void receive_init(struct guest_vcpu *vcpu)
{
	if (vcpu->index == 0) {
		vcpu->vm->machine.end.kind = MACHINE_RESET;
	} else {
		vcpu_start_init(vcpu);
	}
}

void vcpu_requests_serve(struct guest_vcpu *vcpu)
{
	u32 requests;

	if (__atomic_load_n(&vcpu->requests, __ATOMIC_RELAXED) == 0) {
		return;
	}
	requests = __atomic_exchange_n(&vcpu->requests, 0, __ATOMIC_ACQ_REL);
	if ((requests & GUEST_VCPU_INIT) != 0) {
		receive_init(vcpu);
	}
	if ((requests & GUEST_VCPU_STARTUP) != 0 && vcpu->in_wait_for_startup) {
		vcpu_start_at(vcpu, __atomic_load_n(&vcpu->startup,
						    __ATOMIC_ACQUIRE));
	}
	if ((requests & GUEST_VCPU_NMI) != 0) {
		event_queue_raise_nmi(&vcpu->cpu.events);
	}
	if ((requests & GUEST_VCPU_NMI_MORE) != 0) {
		event_queue_raise_nmi(&vcpu->cpu.events);
	}
	if ((requests & GUEST_VCPU_TIMER) != 0) {
		local_apic_timer_expired(&vcpu->apic);
	}
	if ((requests & GUEST_VCPU_MACHINE) != 0) {
		bool taken = guest_vm_enter_machine(vcpu);

		guest_vm_notice(vcpu->vm);
		guest_vm_leave_machine(vcpu, taken);
	}
}
