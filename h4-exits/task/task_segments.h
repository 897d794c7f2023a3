#pragma once
/*
 * The segment registers of a task that begins or goes on.
 *
 * SDM: "Exception Conditions Checked During a Task Switch".
 */
#include "task/task_image.h"

/*
 * Loads LDTR, CS, SS, DS, ES, FS and GS with the selectors of image, and CPL.
 * state has the new task's RFLAGS and paging already. external: sets the
 * EXT bit of error codes.
 *
 * False: a check fails, and fault is to be raised in the new task. Registers
 * that come after it hold their selectors, and nothing can be accessed through
 * them. VM entry wants a sound CS in any case: that one has a limit of 0.
 */
bool task_segments_load(struct guest_memory *memory, struct task_state *state,
			const struct task_image *image, bool external,
			struct guest_fault *fault);
