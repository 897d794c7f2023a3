#pragma once
/*
 * The guest's own debug registers, while the CPU's hold the debugger's
 * breakpoints too.
 */
#include "debug/vcpu_debug.h"

/* Carries out the MOV to or from a debug register that exited. */
void vcpu_dr_move(struct vcpu_debug *debug);

/*
 * Gives the guest a #DB that is its own, as the exit's qualification
 * describes it.
 */
void vcpu_dr_reflect(struct vcpu_debug *debug, u64 qualification);
