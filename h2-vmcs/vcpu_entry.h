#pragma once
/*
 * How vcpu_switch in vcpu_entry.S is called.
 */
#include "lib/types.h"
#include "vmx_outcome.h"

#define VCPU_REGISTERS 16u
#define VCPU_RSP       4u /* its number among them */

/*
 * The guest's general registers, in the order of their numbers in instructions
 * and in exit information; vcpu_entry.S knows it. RSP is in the VMCS instead:
 * its place here is free.
 */
union vcpu_registers {
	struct {
		u64 rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
		u64 r8, r9, r10, r11, r12, r13, r14, r15;
	};
	u64 by_number[VCPU_REGISTERS];
};

/* Where a VM exit arrives: for the VMCS's HOST_RIP. */
extern const char vcpu_exit_point[];

/*
 * Enters the guest of the current VMCS with these registers, and puts the
 * guest's there when it comes back. launched: the launch state of the VMCS.
 * VM_SUCCEED also for an entry that failed while it loaded guest state.
 */
static inline enum vmx_outcome vcpu_enter(union vcpu_registers *registers,
					  bool launched)
{
	enum vmx_outcome outcome;

	asm volatile("call vcpu_switch"
		     : "=a"(outcome), "+D"(registers), "+S"(launched)
		     :
		     : "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12",
		       "r13", "r14", "r15", "memory");
	return outcome;
}
