#pragma once
/*
 * The guest's own debug registers, while the CPU's hold the debugger's
 * breakpoints too.
 */
#include "debug/vcpu_debug.h"

/*
 * Carries out the MOV to or from a debug register that exited, or gives the
 * guest the exception that it earns.
 */
void vcpu_dr_move(struct vcpu_debug *debug);

/*
 * What of a #DB's causes, DR6's bits in the exit qualification, is the
 * guest's: neither a breakpoint nor a step of gdb's.
 */
u64 vcpu_dr_own_part(const struct vcpu_debug *debug, u64 qualification);

/* Gives the guest the #DB that has exited, for these causes. */
void vcpu_dr_reflect(struct vcpu_debug *debug, u64 causes);
