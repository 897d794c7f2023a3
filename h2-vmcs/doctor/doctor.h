#pragma once
/*
 * The entry doctor: tells why a VM entry would fail.
 *
 * A CPU that refuses a VMCS says only that something in the controls, in the
 * host-state area or in the guest-state area is wrong. The doctor makes the
 * SDM's checks in software and names each rule that is broken. It reads
 * nothing but its subject, so it can examine a VMCS of any CPU, anywhere.
 */
#include "doctor/cpu_facts.h"
#include "doctor/rules.h"
#include "lib/types.h"
#include "vmcs_snapshot.h"
#include "vmx_capabilities.h"

/*
 * Copies size bytes of host-physical memory at address to the buffer. False
 * where there is no such memory: what the CPU would find there is unknown, and
 * the rule that depends on it is not judged.
 */
typedef bool doctor_read_memory(hpa_t address, void *to, u64 size,
				void *context);

struct doctor_subject {
	const struct vmcs_snapshot *vmcs;
	const struct vmx_capabilities *caps;
	const struct cpu_facts *cpu;
	hpa_t current_vmcs; /* where the VMCS of the snapshot lies */

	/* For what the VMCS points to: virtual-APIC page, PDPTEs, MSR area. */
	doctor_read_memory *read_memory;
	void *memory_context; /* passed to read_memory */
};

struct doctor_finding {
	enum doctor_rule rule; /* rules.h tells its name, text and section */
	enum vmcs_field field; /* the field to look at first */
	u64 value;	       /* what the subject has there */
};

typedef void doctor_report(const struct doctor_finding *finding, void *context);

/*
 * Calls report once for each broken rule and returns how many there are; 0: by
 * the SDM the entry succeeds. Like the CPU it looks at the guest state only
 * where controls and host state are sound, and at the MSRs to load only where
 * the guest state is. Where one broken rule makes others fail, only that one
 * is reported.
 */
unsigned int doctor_examine(const struct doctor_subject *subject,
			    doctor_report *report, void *context);
