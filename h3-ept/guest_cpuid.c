#include "guest_cpuid.h"
#include "cpu/registers.h"

/* XSETBV always exits, so XSAVE and what is built on it are hidden. */
#define HIDDEN_ECX                                                    \
	(CPUID_FEATURES_ECX_MONITOR | CPUID_FEATURES_ECX_VMX |        \
	 CPUID_FEATURES_ECX_SMX | CPUID_FEATURES_ECX_X2APIC |         \
	 CPUID_FEATURES_ECX_TSC_DEADLINE | CPUID_FEATURES_ECX_XSAVE | \
	 CPUID_FEATURES_ECX_OSXSAVE | CPUID_FEATURES_ECX_AVX)
#define HIDDEN_EDX (CPUID_FEATURES_EDX_APIC | CPUID_FEATURES_EDX_MTRR)

struct cpuid guest_cpuid(u32 leaf, u32 subleaf)
{
	struct cpuid answer = cpuid(leaf, subleaf);

	if (leaf == CPUID_FEATURES) {
		answer.ecx &= ~(u32)HIDDEN_ECX;
		answer.ecx |= (u32)CPUID_FEATURES_ECX_HYPERVISOR;
		answer.edx &= ~(u32)HIDDEN_EDX;
	}
	return answer;
}
