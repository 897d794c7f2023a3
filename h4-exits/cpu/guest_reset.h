#pragma once
/*
 * The state of a guest's CPU at its first instruction.
 */
#include "cpu/guest_cpu.h"
#include "image/start_state.h"

/* Sets guest state and registers; the current VMCS is the CPU's. */
void guest_reset(struct guest_cpu *cpu, const struct vmx_capabilities *caps,
		 const struct start_state *start);
