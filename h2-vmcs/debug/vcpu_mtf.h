#pragma once
/*
 * Does the monitor trap flag do what the manual says?
 */
#include "debug/vcpu_debug.h"

/*
 * Tries it on a virtual CPU made for it, if the CPU offers it at all: is there
 * an exit after one instruction? Bochs 2.7 offers the flag on some models, and
 * a guest runs on to its next other exit. The VMCS of debug's virtual CPU is
 * current before and after. False where the trial cannot be made.
 */
bool vcpu_mtf_works(const struct vcpu_debug *debug);
