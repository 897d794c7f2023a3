/*
 * vcpu_switch: the one place where host and guest change over. The VMCS
 * switches RIP, RSP, RFLAGS, segments and control registers; the other fifteen
 * registers are switched here.
 *
 * vcpu_enter() in vcpu_entry.h is its only caller, and tells the compiler that
 * no register but RBP and RSP is the same afterwards. So only these two are
 * kept here, and a caller that enters in a loop saves nothing on each round.
 *
 *   in:  RDI  union vcpu_registers, the guest's
 *        SIL  1: VMRESUME, 0: VMLAUNCH
 *   out: EAX  enum vmx_outcome, of VMLAUNCH or VMRESUME
 */
	/* enum vmcs_field */
	.set HOST_RSP, 0x6c14

	/* union vcpu_registers */
	.set RAX, 0
	.set RCX, 8
	.set RDX, 16
	.set RBX, 24
	.set RBP, 40
	.set RSI, 48
	.set RDI, 56
	.set R8, 64
	.set R9, 72
	.set R10, 80
	.set R11, 88
	.set R12, 96
	.set R13, 104
	.set R14, 112
	.set R15, 120

	/* enum vmx_outcome */
	.set VM_SUCCEED, 0
	.set VM_FAIL_INVALID, 1
	.set VM_FAIL_VALID, 2

	.text
	.global vcpu_switch, vcpu_exit_point
	.type vcpu_switch, @function
vcpu_switch:
	push	%rbp
	push	%rdi

	/* The exit finds RSP as it is now: registers lie on top of the stack. */
	mov	$HOST_RSP, %eax
	vmwrite	%rsp, %rax
	jbe	failed

	test	%sil, %sil
	mov	RAX(%rdi), %rax
	mov	RBX(%rdi), %rbx
	mov	RCX(%rdi), %rcx
	mov	RDX(%rdi), %rdx
	mov	RSI(%rdi), %rsi
	mov	RBP(%rdi), %rbp
	mov	R8(%rdi), %r8
	mov	R9(%rdi), %r9
	mov	R10(%rdi), %r10
	mov	R11(%rdi), %r11
	mov	R12(%rdi), %r12
	mov	R13(%rdi), %r13
	mov	R14(%rdi), %r14
	mov	R15(%rdi), %r15
	mov	RDI(%rdi), %rdi
	jnz	1f
	vmlaunch
	jmp	vcpu_exit_point
1:	vmresume

	/*
	 * A VM exit arrives here with RFLAGS cleared: CF = ZF = 0. A VMLAUNCH
	 * or VMRESUME that failed falls through with CF or ZF set, the stack
	 * the same and the guest's registers still in place. Nothing below
	 * changes the flags until they have been looked at.
	 */
vcpu_exit_point:
	push	%rdi
	mov	8(%rsp), %rdi
	mov	%rax, RAX(%rdi)
	mov	%rbx, RBX(%rdi)
	mov	%rcx, RCX(%rdi)
	mov	%rdx, RDX(%rdi)
	mov	%rsi, RSI(%rdi)
	mov	%rbp, RBP(%rdi)
	mov	%r8, R8(%rdi)
	mov	%r9, R9(%rdi)
	mov	%r10, R10(%rdi)
	mov	%r11, R11(%rdi)
	mov	%r12, R12(%rdi)
	mov	%r13, R13(%rdi)
	mov	%r14, R14(%rdi)
	mov	%r15, R15(%rdi)
	pop	RDI(%rdi)
	jbe	failed
	mov	$VM_SUCCEED, %eax
	pop	%rdi
	pop	%rbp
	ret

failed:
	mov	$VM_FAIL_INVALID, %eax
	jc	1f
	mov	$VM_FAIL_VALID, %eax
1:	pop	%rdi
	pop	%rbp
	ret
	.size vcpu_switch, . - vcpu_switch

	.section .note.GNU-stack, "", @progbits
