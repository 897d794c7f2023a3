#pragma once
/*
 * May this CPU enter VMX operation? Two things have a say: the CPU, by CPUID,
 * and the firmware, by IA32_FEATURE_CONTROL, which it can lock.
 *
 * SDM: "Discovering Support for VMX" and "Enabling and Entering VMX Operation".
 */
#include "lib/types.h"

/* Bits of IA32_FEATURE_CONTROL. */
#define FEATURE_CONTROL_LOCK		BIT(0)
#define FEATURE_CONTROL_VMX_OUTSIDE_SMX BIT(2)

enum vmx_support {
	VMX_SUPPORTED,
	VMX_ABSENT,	/* CPUID.01H:ECX.VMX is 0 */
	VMX_LOCKED_OFF, /* firmware has locked VMXON out */
};

/*
 * Judges CPUID.01H:ECX and IA32_FEATURE_CONTROL, which is looked at only where
 * the CPU has VMX. An unlocked MSR is fine: vmxon_enter() sets and locks it.
 */
enum vmx_support vmx_support_judge(u32 features_ecx, u64 feature_control);

/* The same for the CPU it runs on. */
enum vmx_support vmx_support(void);

/* One sentence for people: what is the matter, and what to do about it. */
const char *vmx_support_advice(enum vmx_support support);
