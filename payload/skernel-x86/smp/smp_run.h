#pragma once
/*
 * Several CPUs, and how they reach each other.
 */
#include "boot/kernel.h"

/*
 * Starts all CPUs that the MADT lists and looks at everything that checks.h
 * names, one line each: "smp: NAME: good", or "smp: NAME: BAD: CPU n: why".
 * Words of the command line: rounds=N does each N times; without-x2apic leaves
 * the APICs in the mode that they are in, which else is x2APIC mode from then
 * on; mp-table looks for the MP table, too. Fails if anything is bad.
 * Interrupts are off afterwards.
 */
enum kernel_status smp_run(const struct boot_info *boot);
