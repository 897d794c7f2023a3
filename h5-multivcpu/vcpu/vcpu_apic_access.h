#pragma once
/*
 * How the guest reaches the registers of its local APIC by exits: in memory, by
 * MSRs, by CR8.
 */
#include "exits/answer.h"
#include "vcpu/guest_vcpu.h"

/*
 * Registers the MSRs of the APIC, which has been reset. Errors: those of
 * bus_add().
 */
struct error vcpu_apic_access_init(struct guest_vcpu *vcpu);

/* The guest has accessed gpa, where its registers are; an EPT violation. */
struct answer vcpu_apic_access_at(struct guest_vcpu *vcpu, gpa_t gpa);

/* The same where another CPU's registers are: for this one it is RAM. */
struct answer vcpu_apic_access_behind(struct guest_vcpu *vcpu);

/* MOV to or from CR8, which exits where there is no TPR shadow. */
struct answer vcpu_apic_access_cr8(struct guest_vcpu *vcpu, u64 qualification);
