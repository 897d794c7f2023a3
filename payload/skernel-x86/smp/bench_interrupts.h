#pragma once
/*
 * What an interrupt costs, from where it begins to where it is handled.
 */
#include "boot/boot_info.h"

/*
 * Prints, as bench.h does, the ticks of the time-stamp counter of
 *
 *	self-ipi  an IPI to the sender, to its handler and back
 *	ipi	  an IPI to another CPU, which counts, to its handler there
 *	wake	  the same, where that CPU is in HLT
 *	timer	  a TSC deadline, to its handler
 *
 * and, where there is x2APIC mode, of the same again with "x2apic-" before it,
 * with the APICs left in that mode. What the machine does not have is skipped.
 * Interrupts are off afterwards.
 */
void bench_interrupts_run(const struct boot_info *boot);
