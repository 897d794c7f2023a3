/*
 * vector_registers_pass(): vector_registers.h. RDI: in, RSI: out, RDX: loops,
 * CL: wide. The structure's offsets are checked in vector_registers.c.
 */
	.set X87, 512
	.set MXCSR, 576
	.set CONTROL, 580

	.macro each_register instruction, register, from, to
	.set i, 0
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	.ifc \to, registers
	\instruction	32 * i(\from), %\register\n
	.else
	\instruction	%\register\n, 32 * i(\to)
	.endif
	.set i, i + 1
	.endr
	.endm

	.text
	.global vector_registers_pass
vector_registers_pass:
	fninit
	fldcw	CONTROL(%rdi)
	ldmxcsr	MXCSR(%rdi)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7
	fildll	X87 + 8 * \n(%rdi)
	.endr
	test	%cl, %cl
	jz	1f
	each_register vmovdqu, ymm, %rdi, registers
	jmp	2f
1:	each_register movdqu, xmm, %rdi, registers

2:	dec	%rdx
	jnz	2b

	test	%cl, %cl
	jz	3f
	each_register vmovdqu, ymm, registers, %rsi
	jmp	4f
3:	each_register movdqu, xmm, registers, %rsi
	/* Last in, first out. */
4:	.irp n, 7, 6, 5, 4, 3, 2, 1, 0
	fistpll	X87 + 8 * \n(%rsi)
	.endr
	stmxcsr	MXCSR(%rsi)
	fnstcw	CONTROL(%rsi)
	ret

	.section .note.GNU-stack, "", @progbits
