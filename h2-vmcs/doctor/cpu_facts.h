#pragma once
/*
 * What the VM-entry checks need to know of a CPU beyond its VMX capability
 * MSRs.
 */
#include "lib/types.h"

struct cpu_facts {
	unsigned int physical_width; /* bits of a physical address */
	unsigned int linear_width;   /* bits of a linear address: 48 or 57 */
	u64 efer;		     /* IA32_EFER at VM entry */
	u64 perf_global_ctrl;	     /* bits not reserved in that MSR */
	bool execute_disable;	     /* IA32_EFER.NXE exists */
	bool sgx;
	bool rtm;
	bool bus_lock_detection;
	bool smm; /* in system-management mode at VM entry */
};

/* Fills in the facts of the running CPU, outside system-management mode. */
void cpu_facts_read(struct cpu_facts *facts);
