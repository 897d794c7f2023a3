#pragma once
/*
 * A guest's single step, of which the guest notices nothing.
 *
 * With a monitor trap flag that works the CPU does it all. Elsewhere RFLAGS.TF
 * makes a #DB of it, which exits, and TF is kept from the guest:
 *
 * - the instructions that save or load RFLAGS are known, and TF is taken out
 *   of what they saved;
 * - an exception would push RFLAGS, so every exception exits while TF is set,
 *   and is given back without it;
 * - INT n and its kin are not executed but injected.
 *
 * The last two need an exit after the delivery: the VMX-preemption timer, from
 * 0. Without the timer an exception pushes TF, and the step ends behind the
 * handler. So does a SYSCALL whose IA32_FMASK masks TF.
 *
 * An instruction that exits for another reason is done when the answer to the
 * exit has moved RIP on.
 */
#include "debug/vcpu_debug.h"

/* Before an entry: has the guest run one instruction. */
void vcpu_step_arm(struct vcpu_debug *debug);

/* After the exit: makes the guest's state as if nobody had stepped it. */
void vcpu_step_disarm(struct vcpu_debug *debug);

/*
 * After vcpu_step_disarm(): was the exit an exception that exits for the step
 * alone? Then the next entry gives it to the guest, and the step goes on.
 */
bool vcpu_step_takes_exception(struct vcpu_debug *debug);

/* Is this exit the end of a step, which the timer made? */
bool vcpu_step_ends_by_timer(const struct vcpu_debug *debug);

/* Before an entry: has a step that had begun come to its end meanwhile? */
bool vcpu_step_is_over(const struct vcpu_debug *debug);
