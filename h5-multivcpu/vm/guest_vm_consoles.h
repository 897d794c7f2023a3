#pragma once
/*
 * The virtio consoles of a virtual machine.
 */
#include "vm/guest_vm.h"

/*
 * Attaches those of the description. Errors: one that is not in a slot of
 * virtio/virtio_mmio_layout.h, or with another slot's interrupt; more than
 * there are slots; those of virtio_console_attach().
 */
struct error guest_vm_consoles_attach(struct guest_vm *vm);

/* Bit n: slot n has one. */
u8 guest_vm_consoles_slots(const struct guest_vm *vm);

/* Does a driver take keys at one of them, now or later? */
bool guest_vm_consoles_listen(const struct guest_vm *vm);

/* Gives them what has been typed, as much as they take. */
void guest_vm_consoles_type(struct guest_vm *vm);
