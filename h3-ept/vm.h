#pragma once
/*
 * A virtual machine of h3: one vCPU, its memory, and what its exits come to.
 */
#include "ept_vcpu.h"
#include "guest_memory.h"
#include "image/guest_image.h"
#include "vm_options.h"
#include "vmx_capabilities.h"

struct vm {
	struct ept ept;
	struct guest_memory memory;
	struct ept_vcpu vcpu;
	u64 exits[EXIT_REASON_COUNT]; /* by basic reason */
};

/* What to do after an exit. */
enum vm_next {
	VM_RESUME,
	VM_HALTED, /* the guest executed HLT: it is done */
	VM_DEAD,   /* it did what h3 has no answer to */
};

/*
 * Builds EPT and guest RAM as the options say. The CPU's capabilities are
 * caps. Errors: those of ept_init() and guest_memory_init().
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

/* Counts an exit and answers it. */
enum vm_next vm_answer(struct vm *vm, struct vcpu_exit exit);

/* Prints, as one sentence, what the exit that vm_answer() gave up on means. */
void vm_explain(struct vm *vm, struct vcpu_exit exit);

/* Prints how many exits of each reason there were, and what memory was used. */
void vm_print_counts(const struct vm *vm);

/* Give the vCPU back, then guest RAM and EPT. Error: VMCLEAR fails. */
struct error vm_destroy_vcpu(struct vm *vm);
void vm_destroy_memory(struct vm *vm);
