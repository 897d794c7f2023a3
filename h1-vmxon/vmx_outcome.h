#pragma once
/*
 * What a VMX instruction reports.
 *
 * SDM: "Conventions" in the chapter "VMX Instruction Reference". Every VMX
 * instruction ends in one of three ways, told by RFLAGS: VMsucceed clears CF
 * and ZF; VMfailInvalid sets CF (there is no current VMCS to hold an error
 * number); VMfailValid sets ZF and leaves an error number in the current
 * VMCS's VM-instruction error field.
 */

enum vmx_outcome {
	VM_SUCCEED,
	VM_FAIL_INVALID,
	VM_FAIL_VALID,
};

/* For the output operands "=@ccc"(carry) and "=@ccz"(zero) of inline asm. */
static inline enum vmx_outcome vmx_outcome_from_flags(int carry, int zero)
{
	if (carry) {
		return VM_FAIL_INVALID;
	}
	return zero ? VM_FAIL_VALID : VM_SUCCEED;
}
