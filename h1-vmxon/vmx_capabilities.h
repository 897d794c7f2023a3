#pragma once
/*
 * The VMX capability MSRs: what this CPU's VT-x can do.
 *
 * SDM, appendix "VMX Capability Reporting Facility". Nothing in the tour
 * assumes a feature: it looks here.
 */
#include "lib/types.h"

/*
 * The MSRs as the CPU gives them, 0 where the CPU does not have the MSR.
 * For the five control registers, bits 31:0 are the allowed 0-settings (a 1
 * there: the control must be 1) and bits 63:32 the allowed 1-settings (a 0
 * there: the control must be 0). Where IA32_VMX_BASIC[55] offers the TRUE
 * MSRs, pin, primary, exit and entry hold those.
 */
struct vmx_capabilities {
	u64 basic;	/* IA32_VMX_BASIC */
	u64 pin;	/* IA32_VMX_[TRUE_]PINBASED_CTLS */
	u64 primary;	/* IA32_VMX_[TRUE_]PROCBASED_CTLS */
	u64 secondary;	/* IA32_VMX_PROCBASED_CTLS2 */
	u64 exit;	/* IA32_VMX_[TRUE_]EXIT_CTLS */
	u64 entry;	/* IA32_VMX_[TRUE_]ENTRY_CTLS */
	u64 misc;	/* IA32_VMX_MISC */
	u64 cr0_fixed0; /* IA32_VMX_CR0_FIXED0: bits that must be 1 */
	u64 cr0_fixed1; /* IA32_VMX_CR0_FIXED1: bits that may be 1 */
	u64 cr4_fixed0; /* IA32_VMX_CR4_FIXED0 */
	u64 cr4_fixed1; /* IA32_VMX_CR4_FIXED1 */
	u64 vmcs_enum;	/* IA32_VMX_VMCS_ENUM */
	u64 ept_vpid;	/* IA32_VMX_EPT_VPID_CAP */
	u64 vmfunc;	/* IA32_VMX_VMFUNC */
};

/* Reads the MSRs of the CPU it runs on, which must have VT-x. */
void vmx_capabilities_read(struct vmx_capabilities *caps);

/* The VMCS revision identifier: bits 30:0 of IA32_VMX_BASIC. */
static inline u32 vmx_revision(const struct vmx_capabilities *caps)
{
	return (u32)caps->basic & 0x7fffffff;
}

/* May the control bit(s) be 1? control_msr: one of the five above. */
static inline bool vmx_allows(u64 control_msr, u32 bits)
{
	return ((control_msr >> 32) & bits) == bits;
}
