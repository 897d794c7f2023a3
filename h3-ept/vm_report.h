#pragma once
/*
 * What became of a guest, in words.
 */
#include "vm.h"

/* Prints what the exit means that h3 has no answer to, and the guest's state.
 */
void vm_report_unanswered(struct vm *vm, struct vcpu_exit exit);

/* Prints how many exits of each reason there were, and what memory was used. */
void vm_report_counts(const struct vm *vm);
