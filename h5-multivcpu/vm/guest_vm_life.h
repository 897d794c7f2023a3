#pragma once
/*
 * What can be done with a virtual machine as a whole.
 *
 * All of these are called by one CPU, between the units that it runs, so that
 * none of its own waits for itself. Errors: a move that the machine's state
 * does not allow, which names both states, and nothing has happened then.
 */
#include "vm/guest_vm.h"

/* Switches it on: Loaded to Running. */
struct error guest_vm_boot(struct guest_vm *vm);

/* Its vCPUs and its time stand still: Running to Suspended, and back. */
struct error guest_vm_suspend(struct guest_vm *vm);
struct error guest_vm_resume(struct guest_vm *vm);

/* Switches it off: Loaded, Running or Suspended to Stopped. */
struct error guest_vm_shutdown(struct guest_vm *vm);

/*
 * A new machine of the same description, which is switched on. It may have been
 * in any state but Loading; where its loading fails it is Stopped. culprit: as
 * guest_vm_build() has it.
 */
struct error guest_vm_reset(struct guest_vm *vm, const char **culprit);

/*
 * Takes a machine that is Stopping off the scheduler: Stopped. For a guest that
 * has come to its end by itself.
 */
void guest_vm_finish(struct guest_vm *vm);

/*
 * For a machine that has come to its end by itself and is Stopped: boots it
 * again, if it has reset itself and its description wants that. One that has
 * done so eleven times in a row within a second of its time stays off. Says
 * what it does, and why it could not.
 */
void guest_vm_restart(struct guest_vm *vm);
