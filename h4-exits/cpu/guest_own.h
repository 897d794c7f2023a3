#pragma once
/*
 * Registers that are the guest's alone: neither VM entry nor VM exit loads
 * them, and the hypervisor uses none of them. A guest finds what the one
 * before it has left there, unless they are cleared.
 *
 * SDM: "Processor State After Reset" for the values; the x87 state is that
 * after FNINIT.
 */
#include "lib/types.h"

/*
 * Clears CR2, the debug registers, the MSRs of SYSCALL and SWAPGS, and the
 * state that XSAVE saves, PKRU with it. tsc_aux: IA32_TSC_AUX too. Breakpoints
 * that a debugger of the host's has set stay. CR4.OSXSAVE is set where the CPU
 * has it.
 */
void guest_own_reset(bool tsc_aux);
