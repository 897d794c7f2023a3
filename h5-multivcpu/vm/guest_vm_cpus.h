#pragma once
/*
 * On which CPUs of the host a vCPU runs.
 */
#include "vm/guest_vm.h"

struct guest_vm_cpus {
	u64 allowed; /* bits: of those that are online, at least one */
	u64 first;   /* the one to begin on; 0: any */
};

/*
 * What the description says of a vCPU. Errors: none of the CPUs is online; nor
 * is the one to begin on. culprit: the vCPU.
 */
struct error guest_vm_cpus_of(const struct guest_vm *vm, u32 index,
			      struct guest_vm_cpus *cpus, const char **culprit);
