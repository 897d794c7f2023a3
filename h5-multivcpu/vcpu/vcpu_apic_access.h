#pragma once
/*
 * How the guest reaches the registers of its local APIC by exits: in memory, by
 * MSRs, by CR8.
 */
#include "exits/answer.h"
#include "vcpu/guest_vcpu.h"

/*
 * Of an APIC that has been reset: takes it among the CPU's MSRs and, beside the
 * machine's, among its devices in memory. Errors: those of bus_add().
 */
struct error vcpu_apic_access_init(struct guest_vcpu *vcpu);

/*
 * An EPT violation in a hole of the machine's RAM: the registers are there, or
 * those of another CPU, and for this one it is RAM.
 */
struct answer vcpu_apic_access_hole(struct guest_vcpu *vcpu);

/* MOV to or from CR8, which exits where there is no TPR shadow. */
struct answer vcpu_apic_access_cr8(struct guest_vcpu *vcpu, u64 qualification);
