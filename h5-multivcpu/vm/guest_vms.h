#pragma once
/*
 * All virtual machines. One CPU makes and destroys them, the one that calls
 * these functions; others may look at them meanwhile.
 */
#include "vm/guest_vm.h"

/*
 * Makes a machine of a description, not yet built: Loading. NULL: there are
 * GUEST_VMS_MAX, or no memory is left.
 */
struct guest_vm *guest_vms_add(const struct vm_config *config);

/* Gives back what it has and is. It is Stopped, or has never run. */
void guest_vms_remove(struct guest_vm *vm);

/* The index-th one, in the order in which they came, or NULL. */
struct guest_vm *guest_vms_at(u32 index);

/* The one of that id, or NULL. */
struct guest_vm *guest_vms_find(u32 id);

/*
 * The same, and one of its vCPUs once it is built. NULL, with an error that
 * says so: there is none.
 */
struct guest_vm *guest_vms_get(u32 id, struct error *error);
struct guest_vcpu *guest_vms_get_vcpu(u32 id, u32 index, struct error *error);

/*
 * Finishes those that have come to their end by themselves, and boots those
 * again that have reset themselves, where they want it.
 */
void guest_vms_look_after(void);

/* Is any of them Running or on its way out of that? */
bool guest_vms_are_busy(void);

/* Shuts down whatever has been switched on. */
void guest_vms_shut_down(void);
