#pragma once
/*
 * A virtual machine under gdb: a process with a thread for each of its vCPUs.
 *
 * With a debugger there is one CPU of the host, so that nothing runs while gdb
 * has stopped, and a vCPU that it asks for is on this CPU or on none.
 */
#include "vm/guest_vm.h"

/*
 * Puts the debugger around the machine's vCPUs, which are ready to run, if the
 * kernel runs with one. Error: no memory.
 */
struct error guest_vm_debug_attach(struct guest_vm *vm);

/* Takes it away; to be called before the vCPUs are destroyed. */
void guest_vm_debug_detach(struct guest_vm *vm);
