#pragma once
/*
 * A guest comes to its end, by itself or by what it has done.
 */
#include "vm/guest_vm.h"

/*
 * The guest of the vCPU, whose VMCS is current, does not go on: reports why,
 * and calls its machine's other vCPUs back. Running to Stopping; only the first
 * vCPU that ends speaks for its machine.
 */
void guest_vm_end(struct guest_vcpu *vcpu, const struct guest_end *end);

/* The vCPU cannot be run at all. */
void guest_vm_fail(struct guest_vcpu *vcpu, struct error error);
