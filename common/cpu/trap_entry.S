/*
 * The 256 entry points of the interrupt descriptor table. Each pushes what
 * makes the frames alike, an error code of 0 where the CPU pushes none and the
 * vector, and goes on to the one path that saves the registers.
 */
	.set TRAP_STUB_SIZE, 16
	/* #DF #TS #NP #SS #GP #PF #AC #CP #VC #SX: the CPU pushes an error code */
	.set HAS_ERROR_CODE, 0x60227d00

	.text
	.balign TRAP_STUB_SIZE
	.global trap_stubs, trap_entry_end
trap_stubs:
	.set vector, 0
	.rept 256
	.balign TRAP_STUB_SIZE
	.if vector >= 32 || !((HAS_ERROR_CODE >> (vector & 31)) & 1)
	push	$0
	.endif
	push	$vector
	jmp	trap_common
	.set vector, vector + 1
	.endr

trap_common:
	push	%rax
	push	%rbx
	push	%rcx
	push	%rdx
	push	%rsi
	push	%rdi
	push	%rbp
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	cld
	mov	%rsp, %rdi
	call	trap_dispatch
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rbp
	pop	%rdi
	pop	%rsi
	pop	%rdx
	pop	%rcx
	pop	%rbx
	pop	%rax
	add	$16, %rsp
	iretq
trap_entry_end:

	.section .note.GNU-stack, "", @progbits
