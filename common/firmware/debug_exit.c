#include "firmware/debug_exit.h"
#include "cpu/instructions.h"
#include "cpu/ports.h"
#include "cpu/registers.h"

static bool is_the_tours(void)
{
	struct cpuid leaf;

	if ((cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_HYPERVISOR) ==
	    0) {
		return false;
	}
	leaf = cpuid(CPUID_HYPERVISOR, 0);
	return leaf.ebx == DEBUG_EXIT_EBX && leaf.ecx == DEBUG_EXIT_ECX &&
	       leaf.edx == DEBUG_EXIT_EDX;
}

void debug_exit(u8 status)
{
	if (is_the_tours()) {
		out8(DEBUG_EXIT_PORT, status);
	}
}
