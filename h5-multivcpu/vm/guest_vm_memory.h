#pragma once
/*
 * The memory of a virtual machine: its EPT, and the regions of its description.
 */
#include "vm/guest_vm.h"

/*
 * Errors, after which nothing is left behind: those of vm_regions_check(),
 * ept_init() and vm_regions_init(). culprit is left as it is.
 */
struct error guest_vm_memory_make(struct guest_vm *vm, const char **culprit);

void guest_vm_memory_take_back(struct guest_vm *vm);
