#include "vmxon.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "memory/frames.h"
#include "vmx_outcome.h"
#include "vmx_region.h"
#include "vmx_support.h"

static enum vmx_outcome execute_vmxon(hpa_t region)
{
	int carry;
	int zero;

	asm volatile("vmxon %2"
		     : "=@ccc"(carry), "=@ccz"(zero)
		     : "m"(region)
		     : "memory");
	return vmx_outcome_from_flags(carry, zero);
}

static enum vmx_outcome execute_vmxoff(void)
{
	int carry;
	int zero;

	asm volatile("vmxoff" : "=@ccc"(carry), "=@ccz"(zero) : : "memory");
	return vmx_outcome_from_flags(carry, zero);
}

/* Firmware that left the MSR unlocked leaves the choice to us. */
static void lock_feature_control(void)
{
	u64 value = rdmsr(IA32_FEATURE_CONTROL);

	if ((value & FEATURE_CONTROL_LOCK) == 0) {
		wrmsr(IA32_FEATURE_CONTROL,
		      value | FEATURE_CONTROL_LOCK |
			      FEATURE_CONTROL_VMX_OUTSIDE_SMX);
	}
}

/* FIXED0: the bits that must be 1. FIXED1: the bits that may be 1. */
static bool fits(u64 value, u64 fixed0, u64 fixed1)
{
	return (value & fixed0) == fixed0 && (value & ~fixed1) == 0;
}

static struct error fix_control_registers(const struct vmx_capabilities *caps)
{
	u64 cr0 = read_cr0() | caps->cr0_fixed0;
	u64 cr4 = read_cr4() | caps->cr4_fixed0 | CR4_VMXE;

	if (!fits(cr0, caps->cr0_fixed0, caps->cr0_fixed1)) {
		return failure("VMX operation forbids this CR0", cr0);
	}
	if (!fits(cr4, caps->cr4_fixed0, caps->cr4_fixed1)) {
		return failure("VMX operation forbids this CR4", cr4);
	}
	write_cr0(cr0);
	write_cr4(cr4);
	return SUCCESS;
}

struct error vmxon_enter(struct vmxon *vmxon,
			 const struct vmx_capabilities *caps)
{
	struct error error;

	if ((read_cr4() & CR4_VMXE) != 0) {
		return failure("already in VMX operation: CR4.VMXE is set, CR4",
			       read_cr4());
	}
	lock_feature_control();
	error = fix_control_registers(caps);
	if (failed(error)) {
		return error;
	}
	vmxon->region = vmx_region_alloc(caps);
	if (vmxon->region == FRAME_NONE) {
		error = failure("no memory for the VMXON region, free frames",
				frames_free_count());
	} else if (execute_vmxon(vmxon->region) != VM_SUCCEED) {
		error = failure("VMXON failed, region", vmxon->region);
		vmx_region_free(vmxon->region);
	}
	if (failed(error)) {
		write_cr4(read_cr4() & ~CR4_VMXE);
	}
	return error;
}

struct error vmxon_leave(struct vmxon *vmxon)
{
	if (execute_vmxoff() != VM_SUCCEED) {
		return failure("VMXOFF failed, region", vmxon->region);
	}
	write_cr4(read_cr4() & ~CR4_VMXE);
	vmx_region_free(vmxon->region);
	return SUCCESS;
}
