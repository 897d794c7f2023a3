#pragma once
/*
 * How vcpu_entry.S is called.
 */
#include "lib/types.h"
#include "vmx_outcome.h"

#define VCPU_REGISTERS 16u
#define VCPU_RSP       4u /* its number among them */

/*
 * The guest's general registers, in the order of their numbers in instructions
 * and in exit information. RSP is in the VMCS instead: its place here is free.
 */
union vcpu_registers {
	struct {
		u64 rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
		u64 r8, r9, r10, r11, r12, r13, r14, r15;
	};
	u64 by_number[VCPU_REGISTERS];
};

/*
 * What the switch works on; vcpu_entry.S knows the layout. The VMCS's HOST_RSP
 * is the address of host_stack: an exit finds its stack there and pushes the
 * guest's registers, which so come to lie in registers. Nothing else is pushed
 * meanwhile: an exit leaves interrupts and breakpoints off, and NMIs have a
 * stack of their own.
 */
struct vcpu_frame {
	union vcpu_registers registers;
	u64 host_stack; /* RSP while the guest runs */
};

/* Where a VM exit arrives: for the VMCS's HOST_RIP. */
extern const char vcpu_exit_point[];

/* clang-format off */
#define VCPU_ENTER(function, outcome, frame)                                 \
	asm volatile("call " function                                        \
		     : "=a"(outcome), "+D"(frame)                            \
		     :                                                       \
		     : "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", \
		       "r12", "r13", "r14", "r15", "cc", "memory")
/* clang-format on */

/*
 * Enters the guest of the current VMCS with the frame's registers, and puts
 * the guest's there when it comes back. launched: the launch state of the
 * VMCS. VM_SUCCEED also for an entry that failed while it loaded guest state.
 */
static inline enum vmx_outcome vcpu_enter(struct vcpu_frame *frame,
					  bool launched)
{
	enum vmx_outcome outcome;

	if (__builtin_expect(launched, true)) {
		VCPU_ENTER("vcpu_resume", outcome, frame);
	} else {
		VCPU_ENTER("vcpu_launch", outcome, frame);
	}
	return outcome;
}
