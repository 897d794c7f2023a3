#include "vmx_capabilities.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"

#define BASIC_TRUE_CONTROLS	     BIT(55)
#define PRIMARY_SECONDARY_CONTROLS   BIT(31)
#define SECONDARY_ENABLE_EPT	     BIT(1)
#define SECONDARY_ENABLE_VPID	     BIT(5)
#define SECONDARY_ENABLE_VM_FUNCTION BIT(13)

/*
 * Reading an MSR that the CPU does not have is a #GP, so each one is read only
 * after the bit that announces it.
 */
void vmx_capabilities_read(struct vmx_capabilities *caps)
{
	bool true_controls;

	*caps = (struct vmx_capabilities){.basic = rdmsr(IA32_VMX_BASIC)};
	true_controls = (caps->basic & BASIC_TRUE_CONTROLS) != 0;

	caps->pin = rdmsr(true_controls ? IA32_VMX_TRUE_PINBASED_CTLS
					: IA32_VMX_PINBASED_CTLS);
	caps->primary = rdmsr(true_controls ? IA32_VMX_TRUE_PROCBASED_CTLS
					    : IA32_VMX_PROCBASED_CTLS);
	caps->exit = rdmsr(true_controls ? IA32_VMX_TRUE_EXIT_CTLS
					 : IA32_VMX_EXIT_CTLS);
	caps->entry = rdmsr(true_controls ? IA32_VMX_TRUE_ENTRY_CTLS
					  : IA32_VMX_ENTRY_CTLS);
	caps->misc = rdmsr(IA32_VMX_MISC);
	caps->cr0_fixed0 = rdmsr(IA32_VMX_CR0_FIXED0);
	caps->cr0_fixed1 = rdmsr(IA32_VMX_CR0_FIXED1);
	caps->cr4_fixed0 = rdmsr(IA32_VMX_CR4_FIXED0);
	caps->cr4_fixed1 = rdmsr(IA32_VMX_CR4_FIXED1);
	caps->vmcs_enum = rdmsr(IA32_VMX_VMCS_ENUM);

	if (vmx_allows(caps->primary, PRIMARY_SECONDARY_CONTROLS)) {
		caps->secondary = rdmsr(IA32_VMX_PROCBASED_CTLS2);
	}
	if (vmx_allows(caps->secondary, SECONDARY_ENABLE_EPT) ||
	    vmx_allows(caps->secondary, SECONDARY_ENABLE_VPID)) {
		caps->ept_vpid = rdmsr(IA32_VMX_EPT_VPID_CAP);
	}
	if (vmx_allows(caps->secondary, SECONDARY_ENABLE_VM_FUNCTION)) {
		caps->vmfunc = rdmsr(IA32_VMX_VMFUNC);
	}
}
