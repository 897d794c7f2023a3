#pragma once
/*
 * A guest's single step.
 *
 * Where the CPU has the monitor trap flag, the guest exits after one
 * instruction and cannot know. Elsewhere RFLAGS.TF makes it a #DB, which
 * exits; then the flag has to be hidden from the instructions that save or
 * load RFLAGS. An instruction that exits for another reason is done when the
 * answer to the exit has moved RIP on.
 */
#include "debug/vcpu_debug.h"

/* Before an entry: has the guest run one instruction. */
void vcpu_step_arm(struct vcpu_debug *debug);

/* After the exit: makes the guest's state as if nobody had stepped it. */
void vcpu_step_disarm(struct vcpu_debug *debug);

/* Before an entry: has a step that had begun come to its end meanwhile? */
bool vcpu_step_is_over(const struct vcpu_debug *debug);
