#pragma once
/*
 * Putting a virtual machine together as its description says, and taking it
 * apart again.
 */
#include "vm/guest_vm.h"

/*
 * Makes memory, devices and vCPUs, and loads the guest from the disk: Loading
 * to Loaded. config, id and slot are set. To be called on one CPU at a time.
 * Errors, after which nothing is left behind: those of the parts. culprit: what
 * the error is about, a file's path or a part of the machine.
 */
struct error guest_vm_build(struct guest_vm *vm, const char **culprit);

/* Gives everything back. No vCPU is with the scheduler. */
void guest_vm_take_apart(struct guest_vm *vm);
