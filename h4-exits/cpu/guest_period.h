#pragma once
/*
 * A guest's CPU that comes out now and then, whatever its guest does.
 *
 * An alarm of the host's brings it out by an external interrupt. Where that
 * does not come while the guest keeps interrupts off, as on an emulator that
 * takes the guest's RFLAGS.IF for the host's, the CPU counts down by itself.
 * The guest's own time is what counts: the value is saved at every exit.
 * SDM: "VMX-Preemption Timer".
 */
#include "cpu/guest_cpu.h"

/* What the timer needs of the CPU, where the CPU has it. */
void guest_period_wish(struct control_wishes *wishes);

/* Starts the timer, to expire when 1 ms of the guest's own is over. */
void guest_period_start(struct guest_cpu *cpu,
			const struct vmx_capabilities *caps);

/* The timer has expired: once more. */
void guest_period_renew(const struct guest_cpu *cpu);
