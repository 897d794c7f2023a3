/*
 * Where host and guest change over. The VMCS switches RIP, RSP, RFLAGS,
 * segments and control registers; the other fifteen registers are switched
 * here.
 *
 * enum vmx_outcome vcpu_launch(struct vcpu_frame *frame)
 * enum vmx_outcome vcpu_resume(struct vcpu_frame *frame)
 *
 * vcpu_enter() in vcpu_entry.h is the only caller, and tells the compiler that
 * no register but RBP and RSP is the same afterwards. So only these two are
 * kept here, and a caller that enters in a loop saves nothing on each round.
 */
	/* struct vcpu_frame */
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
	.set HOST_STACK, 128

	/* enum vmx_outcome */
	.set VM_FAIL_INVALID, 1
	.set VM_FAIL_VALID, 2

	.macro enter_guest instruction
	push	%rbp
	mov	%rsp, HOST_STACK(%rdi)
	mov	RAX(%rdi), %rax
	mov	RCX(%rdi), %rcx
	mov	RDX(%rdi), %rdx
	mov	RBX(%rdi), %rbx
	mov	RBP(%rdi), %rbp
	mov	RSI(%rdi), %rsi
	mov	R8(%rdi), %r8
	mov	R9(%rdi), %r9
	mov	R10(%rdi), %r10
	mov	R11(%rdi), %r11
	mov	R12(%rdi), %r12
	mov	R13(%rdi), %r13
	mov	R14(%rdi), %r14
	mov	R15(%rdi), %r15
	mov	RDI(%rdi), %rdi
	\instruction

	/* Still here: it has failed, and the stack is the host's. */
	mov	$VM_FAIL_INVALID, %eax
	jc	1f
	mov	$VM_FAIL_VALID, %eax
1:	pop	%rbp
	ret
	.endm

	.text
	.global vcpu_launch, vcpu_resume, vcpu_exit_point
	.type vcpu_launch, @function
vcpu_launch:
	enter_guest vmlaunch
	.size vcpu_launch, . - vcpu_launch

	.type vcpu_resume, @function
vcpu_resume:
	enter_guest vmresume
	.size vcpu_resume, . - vcpu_resume

	/*
	 * A VM exit arrives here. Every register is the guest's but RSP, which
	 * points behind the frame's registers: pushing fills them. The place
	 * of RSP among them gets what nobody reads.
	 */
vcpu_exit_point:
	push	%r15
	push	%r14
	push	%r13
	push	%r12
	push	%r11
	push	%r10
	push	%r9
	push	%r8
	push	%rdi
	push	%rsi
	push	%rbp
	push	%rsp
	push	%rbx
	push	%rdx
	push	%rcx
	push	%rax
	mov	HOST_STACK(%rsp), %rsp
	pop	%rbp
	xor	%eax, %eax	/* VM_SUCCEED */
	ret

	.section .note.GNU-stack, "", @progbits
