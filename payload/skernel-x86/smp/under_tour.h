#pragma once
/*
 * For what is only true of the tour's own hypervisor.
 */
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "firmware/debug_exit.h"

/* Does it run this kernel? "TourOfVT-x" */
static inline bool under_tour(void)
{
	struct cpuid name;

	if ((cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_HYPERVISOR) ==
	    0) {
		return false;
	}
	name = cpuid(CPUID_HYPERVISOR, 0);
	return name.ebx == DEBUG_EXIT_EBX && name.ecx == DEBUG_EXIT_ECX &&
	       name.edx == DEBUG_EXIT_EDX;
}
