#pragma once
/*
 * The TSS of the task that a guest switches to, checked.
 *
 * SDM: "Exception Conditions Checked During a Task Switch", up to where the
 * new task's registers are loaded.
 */
#include "memory/guest_fault.h"
#include "task/task_request.h"
#include "task/task_state.h"

/*
 * Finds it: tss becomes what TR will hold, busy, and descriptor where in the
 * GDT it is described. False: a check fails, and fault is to be raised in the
 * old task.
 */
bool task_tss_find(struct guest_memory *memory, const struct task_state *state,
		   const struct task_request *request, struct segment *tss,
		   gva_t *descriptor, struct guest_fault *fault);
