#pragma once
/*
 * Which virtual machine, which vCPU a command speaks of, and what is said about
 * it.
 */
#include "console/command.h"

/* Finds the machine of that id. False: there is none. */
bool command_vm_of_id(const struct monitor_ops *ops, u32 id,
		      struct monitor_vm *vm);

/*
 * Finds the machine of that name or id. False: there is none; it was said, and
 * which there are.
 */
bool command_find_vm(struct commander *commander, const char *text,
		     struct monitor_vm *vm);

/* The same for "N.V", or "N" for its vCPU 0. */
bool command_find_vcpu(struct commander *commander, const char *text,
		       struct monitor_vm *vm, u32 *vcpu);

/* "VM 1 (linux)" */
void command_print_vm(struct commander *commander, const struct monitor_vm *vm);

/* Says why what was asked of the machine has failed, if it has. */
void command_print_result(struct commander *commander,
			  const struct monitor_vm *vm, struct error error);
