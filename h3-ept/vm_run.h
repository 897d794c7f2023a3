#pragma once
/*
 * The life of a guest of h3: it runs, it exits, h3 has an answer or has none.
 */
#include "vm.h"

enum vm_end {
	VM_HALTED,	 /* the guest executed HLT: it is done */
	VM_UNANSWERED,	 /* it did what h3 has no answer to */
	VM_ENTRY_FAILED, /* it could not be entered: see vcpu_entered() */
};

/*
 * Runs the guest until it ends, and tells with which exit. verbose: prints
 * each exit, the last one included.
 */
enum vm_end vm_run(struct vm *vm, bool verbose, struct vcpu_exit *last);
