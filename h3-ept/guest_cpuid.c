#include "guest_cpuid.h"
#include "cpu/registers.h"

/* XSETBV always exits, so XSAVE and what is built on it are hidden. */
#define HIDDEN_ECX                                                    \
	(CPUID_FEATURES_ECX_MONITOR | CPUID_FEATURES_ECX_VMX |        \
	 CPUID_FEATURES_ECX_SMX | CPUID_FEATURES_ECX_X2APIC |         \
	 CPUID_FEATURES_ECX_TSC_DEADLINE | CPUID_FEATURES_ECX_XSAVE | \
	 CPUID_FEATURES_ECX_OSXSAVE | CPUID_FEATURES_ECX_AVX)
#define HIDDEN_EDX (CPUID_FEATURES_EDX_APIC | CPUID_FEATURES_EDX_MTRR)

/* Leaves that hypervisors define. Those below us are not the guest's. */
#define HYPERVISOR_FIRST 0x40000000u
#define HYPERVISOR_LAST	 0x4fffffffu

static bool is_hidden(u32 leaf)
{
	return leaf == CPUID_XSAVE ||
	       (leaf >= HYPERVISOR_FIRST && leaf <= HYPERVISOR_LAST);
}

struct cpuid guest_cpuid(const struct controls *controls, u32 leaf, u32 subleaf)
{
	struct cpuid answer = cpuid(leaf, subleaf);

	if (is_hidden(leaf)) {
		return (struct cpuid){0};
	}
	if (leaf == CPUID_FEATURES) {
		answer.ecx &= ~(u32)HIDDEN_ECX;
		answer.ecx |= (u32)CPUID_FEATURES_ECX_HYPERVISOR;
		answer.edx &= ~(u32)HIDDEN_EDX;
	}
	if (leaf == CPUID_EXTENDED_FEATURES && subleaf == 0) {
		answer.ebx &= ~(u32)CPUID_EXTENDED_FEATURES_EBX_AVX2;
		if ((controls->secondary & SECONDARY_ENABLE_INVPCID) == 0) {
			answer.ebx &= ~(u32)CPUID_EXTENDED_FEATURES_EBX_INVPCID;
		}
	}
	if (leaf == CPUID_EXTENDED &&
	    (controls->secondary & SECONDARY_ENABLE_RDTSCP) == 0) {
		answer.edx &= ~(u32)CPUID_EXTENDED_EDX_RDTSCP;
	}
	return answer;
}
