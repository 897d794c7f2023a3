/*
 * enum vmx_outcome vcpu_enter(struct vcpu_registers *registers, bool launched)
 *
 * The one place where host and guest change over. The VMCS switches RIP, RSP,
 * RFLAGS, segments and control registers; the other fifteen registers are
 * switched here.
 */
	/* enum vmcs_field */
	.set HOST_RSP, 0x6c14

	/* struct vcpu_registers */
	.set RAX, 0
	.set RBX, 8
	.set RCX, 16
	.set RDX, 24
	.set RSI, 32
	.set RDI, 40
	.set RBP, 48
	.set R8, 56
	.set R9, 64
	.set R10, 72
	.set R11, 80
	.set R12, 88
	.set R13, 96
	.set R14, 104
	.set R15, 112

	/* enum vmx_outcome */
	.set VM_SUCCEED, 0
	.set VM_FAIL_INVALID, 1
	.set VM_FAIL_VALID, 2

	.text
	.global vcpu_enter, vcpu_exit_point
	.type vcpu_enter, @function
vcpu_enter:
	push	%rbp
	mov	%rsp, %rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
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
	mov	$VM_SUCCEED, %eax
	ja	restore

failed:
	mov	$VM_FAIL_INVALID, %eax
	jc	restore
	mov	$VM_FAIL_VALID, %eax

restore:
	pop	%rdi
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	ret
	.size vcpu_enter, . - vcpu_enter

	.section .note.GNU-stack, "", @progbits
