#pragma once
/*
 * What can be seen of a machine from outside while it runs: the debugger, and
 * what the words of the command line ask for.
 *
 *	dump	the VMCS of each vCPU, and the EPT, before the machine starts
 *	doctor	each VMCS is examined, and a finding is an error
 *	stats	what each kind of exit has cost, when it has ended
 *	trace	besides, a line for each exit, with the vCPU that it is of
 *
 * A line of the trace takes the guest no time if it has one vCPU; several would
 * get times that differ.
 */
#include "vm/guest_vm.h"

/*
 * For a machine that is complete and has never run. Errors, after which nothing
 * is left behind: no memory; what the doctor finds, after it has been printed.
 */
struct error guest_vm_watch_begin(struct guest_vm *vm, const char **culprit);

void guest_vm_watch_end(struct guest_vm *vm);

/* How often each of its vCPUs has exited up to now, and why. */
void guest_vm_watch_print_exits(const struct guest_vm *vm);

/* When none of its vCPUs runs any more: that, and what it has cost. */
void guest_vm_watch_report(const struct guest_vm *vm);
