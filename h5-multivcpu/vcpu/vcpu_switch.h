#pragma once
/*
 * A vCPU comes to a host CPU and leaves it: everything of its that a CPU holds.
 *
 * The VMCS is active on one CPU at a time, and only there may it be entered.
 * SDM: "Software Use of the VMCS and Related Structures". What a CPU may have
 * cached of the guest's memory has to go when the vCPU comes from elsewhere, as
 * it may have changed there: "Operations that Invalidate Cached Mappings".
 */
#include "vcpu/guest_vcpu.h"

/*
 * Makes the running CPU the vCPU's: VMCS, host state, extended state, and no
 * stale translation. Error: VMPTRLD fails.
 */
struct error vcpu_switch_to(struct guest_vcpu *vcpu);

/* Its registers leave the CPU; the VMCS stays current. */
void vcpu_switch_save(struct guest_vcpu *vcpu);

/*
 * VMCLEAR, so that another CPU may have it. It does not fail for a VMCS that
 * was made by VMCLEAR.
 */
void vcpu_switch_away(struct guest_vcpu *vcpu);

/* The VMCS alone: to read and write its fields while the vCPU does not run. */
void vcpu_switch_to_vmcs(struct guest_vcpu *vcpu);
