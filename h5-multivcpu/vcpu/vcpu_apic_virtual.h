#pragma once
/*
 * What the CPU itself does for a guest's local APIC, where it can: the guest
 * reads and writes registers, and gets its interrupts, without an exit.
 *
 * SDM: chapter "APIC Virtualization and Virtual Interrupts". The CPU works on
 * the same page of registers as local_apic.h does, and what it does not know it
 * leaves to software. For the guest there is no difference.
 */
#include "exits/answer.h"
#include "vcpu/guest_vcpu.h"

/*
 * Of a vCPU that has its APIC's page, with the VMCS current: takes the CPU's
 * help if its controls have it, which is all of it or none.
 */
void vcpu_apic_virtual_init(struct guest_vcpu *vcpu);

/* Is it the CPU that delivers the guest's interrupts, but for the 8259A's? */
static inline bool vcpu_apic_virtual_delivers(const struct guest_vcpu *vcpu)
{
	return vcpu->apic_way != VCPU_APIC_SOFTWARE;
}

/* Before an entry: tells the CPU what has become of the APIC. */
void vcpu_apic_virtual_prepare(struct guest_vcpu *vcpu);

/* Software has emulated a write to a register, be it the one for EOI. */
void vcpu_apic_virtual_written(struct guest_vcpu *vcpu);

/*
 * A vCPU of the machine has gone to x2APIC mode: the page of registers is not
 * in its memory any more. In the others' it stays, but each access exits.
 */
void vcpu_apic_virtual_hide_page(struct guest_vcpu *vcpu);

/*
 * The answers to the exits that are left: APIC access, APIC write, virtualized
 * EOI.
 */
struct answer vcpu_apic_virtual_access(struct guest_vcpu *vcpu);
struct answer vcpu_apic_virtual_write(struct guest_vcpu *vcpu);
struct answer vcpu_apic_virtual_eoi(struct guest_vcpu *vcpu);
