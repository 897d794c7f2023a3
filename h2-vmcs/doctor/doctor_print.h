#pragma once
/*
 * The doctor at the bedside: examines the current VMCS of the running CPU and
 * tells people what it finds.
 */
#include "doctor/doctor.h"
#include "vcpu.h"

/*
 * Examines the current VMCS and prints each broken rule with the field, its
 * value and the SDM section. Returns how many there are.
 */
unsigned int doctor_print(const struct vmx_capabilities *caps);

/*
 * Prints why the entry that gave exit has failed: what the CPU says, then what
 * the doctor finds. For an exit of which vcpu_entered() is false.
 */
void doctor_print_failed_entry(struct vcpu_exit exit,
			       const struct vmx_capabilities *caps);
