#include "vmx_support.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"

enum vmx_support vmx_support_judge(u32 features_ecx, u64 feature_control)
{
	if ((features_ecx & CPUID_FEATURES_ECX_VMX) == 0) {
		return VMX_ABSENT;
	}
	if ((feature_control & FEATURE_CONTROL_LOCK) != 0 &&
	    (feature_control & FEATURE_CONTROL_VMX_OUTSIDE_SMX) == 0) {
		return VMX_LOCKED_OFF;
	}
	return VMX_SUPPORTED;
}

enum vmx_support vmx_support(void)
{
	u32 features = cpuid(CPUID_FEATURES, 0).ecx;

	if ((features & CPUID_FEATURES_ECX_VMX) == 0) {
		return VMX_ABSENT;
	}
	return vmx_support_judge(features, rdmsr(IA32_FEATURE_CONTROL));
}

const char *vmx_support_advice(enum vmx_support support)
{
	switch (support) {
	case VMX_ABSENT:
		return "CPUID.01H:ECX.VMX[bit 5] is 0: this CPU has no VT-x, "
		       "or what emulates it hides it; run with ACCEL=bochs";
	case VMX_LOCKED_OFF:
		return "IA32_FEATURE_CONTROL is locked with VMX off: enable "
		       "\"Intel Virtualization Technology\" in the firmware's "
		       "set-up";
	case VMX_SUPPORTED:
		break;
	}
	return "VMX may be used";
}
