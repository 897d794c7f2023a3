/*
 * The registers of a thread, all in use at once: thread_registers.h.
 *
 * Only RCX counts. The n-th of the others holds the pattern + n, so that two
 * that have been exchanged are found too.
 */
	.set STACK_WORDS, 16

	.text
	.global thread_registers_hold
thread_registers_hold:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	%rdx
	push	%rdi
	.rept STACK_WORDS
	push	%rdi
	.endr

	mov	%rdi, %rax
	mov	%rsi, %rcx
	push	%rdx
	lea	1(%rax), %rbx
	lea	2(%rax), %rdx
	lea	3(%rax), %rsi
	lea	4(%rax), %rdi
	lea	5(%rax), %rbp
	.irp n, 8, 9, 10, 11, 12, 13, 14, 15
	lea	\n(%rax), %r\n
	.endr
	popfq
	/* LOOP changes no flag. */
1:	loop	1b
	pushfq
	cld

	pop	%rcx
	cmp	8 * (STACK_WORDS + 1)(%rsp), %rcx
	jne	damaged
	cmp	8 * STACK_WORDS(%rsp), %rax
	jne	damaged
	.macro expect offset, register
	lea	-\offset(\register), %rcx
	cmp	%rax, %rcx
	jne	damaged
	.endm
	expect	1, %rbx
	expect	2, %rdx
	expect	3, %rsi
	expect	4, %rdi
	expect	5, %rbp
	.irp n, 8, 9, 10, 11, 12, 13, 14, 15
	expect	\n, %r\n
	.endr
	mov	$STACK_WORDS, %ecx
2:	cmp	-8(%rsp, %rcx, 8), %rax
	jne	damaged
	loop	2b
	mov	$1, %eax
	jmp	3f

damaged:
	xor	%eax, %eax
3:	add	$8 * (STACK_WORDS + 2), %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

	.section .note.GNU-stack, "", @progbits
