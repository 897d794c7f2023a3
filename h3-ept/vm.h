#pragma once
/*
 * A virtual machine of h3: memory of its own and one vCPU.
 */
#include "ept_vcpu.h"
#include "guest_memory.h"
#include "image/guest_image.h"
#include "vm_options.h"

struct vm {
	struct ept ept;
	struct guest_memory memory;
	struct ept_vcpu vcpu;
	u64 exits[EXIT_REASON_COUNT]; /* how many of each basic reason */
};

/*
 * Builds EPT and guest RAM as the options say, on a CPU with capabilities
 * caps. Errors: those of ept_init() and guest_memory_init(); nothing is left
 * behind then.
 */
struct error vm_init_memory(struct vm *vm, const struct vmx_capabilities *caps,
			    const struct vm_options *options);

/*
 * Makes the vCPU, lets it reach the first serial port itself, and sets it to
 * the entry of image, which has been loaded. Errors: those of ept_vcpu_init().
 */
struct error vm_init_vcpu(struct vm *vm, const struct vmx_capabilities *caps,
			  const struct controls *controls,
			  const struct guest_image *image);

/* Give the vCPU back, then guest RAM and EPT. Error: VMCLEAR fails. */
struct error vm_destroy_vcpu(struct vm *vm);
void vm_destroy_memory(struct vm *vm);
