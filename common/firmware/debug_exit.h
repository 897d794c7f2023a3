#pragma once
/*
 * How a kernel tells the tour's hypervisor that it has failed.
 *
 * A machine that is switched off says nothing of why. Where the hypervisor of
 * the tour is below, there is a port that takes a number, as QEMU has one for
 * tests.
 */
#include "lib/types.h"

/* What leaf 40000000H of CPUID says there: "TourOfVT-x". */
#define DEBUG_EXIT_EBX 0x72756f54u
#define DEBUG_EXIT_ECX 0x5456664fu
#define DEBUG_EXIT_EDX 0x0000782du

#define DEBUG_EXIT_PORT 0xf4

/* Ends the machine with status there; anywhere else it does nothing. */
void debug_exit(u8 status);
