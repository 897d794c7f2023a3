#pragma once
/*
 * A guest's single step.
 *
 * RFLAGS.TF makes a #DB of it, which exits; the flag is hidden afterwards from
 * the instructions that save or load RFLAGS. Where the CPU has the monitor trap
 * flag that is set too: its exit comes first, and also where the instruction
 * leads into an exception. It does not replace TF, for Bochs 2.7 offers it on
 * some models and never exits for it. An instruction that exits for another
 * reason is done when the answer to the exit has moved RIP on.
 */
#include "debug/vcpu_debug.h"

/* Before an entry: has the guest run one instruction. */
void vcpu_step_arm(struct vcpu_debug *debug);

/* After the exit: makes the guest's state as if nobody had stepped it. */
void vcpu_step_disarm(struct vcpu_debug *debug);

/* Before an entry: has a step that had begun come to its end meanwhile? */
bool vcpu_step_is_over(const struct vcpu_debug *debug);
