#pragma once
/*
 * A vCPU and its local APIC: how interrupts get from there to the guest.
 */
#include "vcpu/guest_vcpu.h"

/*
 * Gives the vCPU, whose VMCS is current, its local APIC, as after a reset.
 * Errors: no memory for its page; those of bus_add().
 */
struct error vcpu_apic_init(struct guest_vcpu *vcpu);

/* Gives the page back. */
void vcpu_apic_destroy(struct guest_vcpu *vcpu);

/*
 * Before an entry, on the CPU that runs it: takes over what was posted, and
 * tells the CPU when the guest's task priority may let the next one through.
 */
void vcpu_apic_prepare(struct guest_vcpu *vcpu);

/*
 * What a guest's write has brought about is seen to before the next entry, be
 * it only that the CPU has to tell of a lower task priority.
 */
void vcpu_apic_look_again(struct guest_vcpu *vcpu);

/* The host's TSC has another relation to the guest's now. */
void vcpu_apic_restart_timer(struct guest_vcpu *vcpu);

/* The guest's TSC jumped by so many ticks. */
void vcpu_apic_tsc_moved(struct guest_vcpu *vcpu, u64 ticks);
