#pragma once
/*
 * Why a VMX instruction ended in VMfailValid.
 *
 * SDM, "VM Instruction Error Numbers": the number stands in the current
 * VMCS's VM-instruction error field. ERROR(number, NAME, "description").
 */
#include "lib/types.h"

/* clang-format off */
#define VMX_INSTRUCTION_ERRORS(ERROR)                                          \
	ERROR(1, VMX_ERROR_VMCALL_IN_ROOT, "VMCALL executed in VMX root operation") \
	ERROR(2, VMX_ERROR_VMCLEAR_ADDRESS, "VMCLEAR with invalid physical address") \
	ERROR(3, VMX_ERROR_VMCLEAR_VMXON_POINTER, "VMCLEAR with VMXON pointer") \
	ERROR(4, VMX_ERROR_VMLAUNCH_NOT_CLEAR, "VMLAUNCH with non-clear VMCS") \
	ERROR(5, VMX_ERROR_VMRESUME_NOT_LAUNCHED, "VMRESUME with non-launched VMCS") \
	ERROR(6, VMX_ERROR_VMRESUME_AFTER_VMXOFF, "VMRESUME after VMXOFF")     \
	ERROR(7, VMX_ERROR_INVALID_CONTROL, "VM entry with invalid control field(s)") \
	ERROR(8, VMX_ERROR_INVALID_HOST_STATE, "VM entry with invalid host-state field(s)") \
	ERROR(9, VMX_ERROR_VMPTRLD_ADDRESS, "VMPTRLD with invalid physical address") \
	ERROR(10, VMX_ERROR_VMPTRLD_VMXON_POINTER, "VMPTRLD with VMXON pointer") \
	ERROR(11, VMX_ERROR_VMPTRLD_REVISION, "VMPTRLD with incorrect VMCS revision identifier") \
	ERROR(12, VMX_ERROR_UNSUPPORTED_FIELD, "VMREAD/VMWRITE from/to unsupported VMCS component") \
	ERROR(13, VMX_ERROR_VMWRITE_READ_ONLY, "VMWRITE to read-only VMCS component") \
	ERROR(15, VMX_ERROR_VMXON_IN_ROOT, "VMXON executed in VMX root operation") \
	ERROR(16, VMX_ERROR_EXECUTIVE_POINTER, "VM entry with invalid executive-VMCS pointer") \
	ERROR(17, VMX_ERROR_EXECUTIVE_NOT_LAUNCHED, "VM entry with non-launched executive VMCS") \
	ERROR(18, VMX_ERROR_EXECUTIVE_NOT_VMXON, "VM entry with executive-VMCS pointer not VMXON pointer") \
	ERROR(19, VMX_ERROR_VMCALL_NOT_CLEAR, "VMCALL with non-clear VMCS")    \
	ERROR(20, VMX_ERROR_VMCALL_EXIT_CONTROLS, "VMCALL with invalid VM-exit control fields") \
	ERROR(22, VMX_ERROR_VMCALL_MSEG_REVISION, "VMCALL with incorrect MSEG revision identifier") \
	ERROR(23, VMX_ERROR_VMXOFF_DUAL_MONITOR, "VMXOFF under dual-monitor treatment of SMIs and SMM") \
	ERROR(24, VMX_ERROR_VMCALL_SMM_FEATURES, "VMCALL with invalid SMM-monitor features") \
	ERROR(25, VMX_ERROR_EXECUTIVE_CONTROLS, "VM entry with invalid VM-execution control fields in executive VMCS") \
	ERROR(26, VMX_ERROR_BLOCKED_BY_MOV_SS, "VM entry with events blocked by MOV SS") \
	ERROR(28, VMX_ERROR_INVALID_OPERAND, "Invalid operand to INVEPT/INVVPID")
/* clang-format on */

enum vmx_instruction_error {
#define VMX_ERROR_NUMBER(number, NAME, description) NAME = (number),
	VMX_INSTRUCTION_ERRORS(VMX_ERROR_NUMBER)
#undef VMX_ERROR_NUMBER
};

/* The description of an error number; a constant text for one not listed. */
const char *vmx_instruction_error_name(u64 number);
