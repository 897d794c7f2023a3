#pragma once
/*
 * Devices of the host's that a virtual machine has for itself.
 */
#include "vm/guest_vm.h"

/*
 * Gives the machine, whose vCPUs have been made, what its description passes
 * through. Errors: those of passthrough_plan() and guest_memory_add_region();
 * another machine has it; an interrupt that the hypervisor needs, or that is
 * level-triggered. culprit is left as it is.
 */
struct error guest_vm_passthrough_make(struct guest_vm *vm,
				       const char **culprit);

/* Gives it back. */
void guest_vm_passthrough_end(struct guest_vm *vm);
