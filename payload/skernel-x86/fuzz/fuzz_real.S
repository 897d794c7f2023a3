/*
 * Into real mode and back, for fuzz_enter.S: copied to the start of the
 * playground, so that real mode can reach it. CS begins there in all of it,
 * as a segment of protected mode first and as one of real mode then.
 *
 * SDM: "Mode Switching".
 */
#include "fuzz/fuzz_layout.h"

	.set CR0_PE, 1 << 0
	.set CODE32, FUZZ_SELECTOR_CODE32
	.set DATA16, FUZZ_SELECTOR_DATA16

	.section .rodata
	.balign 16
	.global fuzz_real_start, fuzz_real_end, fuzz_real_stubs, fuzz_real_segment
	.set here, fuzz_real_start
	.code16
fuzz_real_start:
	mov	$DATA16, %ax
	mov	%ax, %ds
	mov	%ax, %es
	mov	%ax, %fs
	mov	%ax, %gs
	mov	%ax, %ss
	mov	%cr0, %eax
	and	$~CR0_PE, %eax
	mov	%eax, %cr0
	.byte	0xea		/* a far jump, for the segment of real mode */
	.word	in_real - here
fuzz_real_segment:
	.word	0
in_real:
	lidtl	%cs:FUZZ_REAL_IDT_POINTER
	mov	%cs:FUZZ_REAL_CPU + FUZZ_AT_SS, %ss
	mov	%cs:FUZZ_REAL_CPU + FUZZ_AT_RSP, %esp
	pushw	%cs:FUZZ_REAL_CPU + FUZZ_AT_RFLAGS
	pushw	%cs:FUZZ_REAL_CPU + FUZZ_AT_CS
	pushw	%cs:FUZZ_REAL_CPU + FUZZ_AT_RIP
	mov	%cs:FUZZ_REAL_CPU + FUZZ_AT_DS, %ds
	mov	%cs:FUZZ_REAL_CPU + FUZZ_AT_ES, %es
	mov	%cs:FUZZ_REAL_CPU + FUZZ_AT_FS, %fs
	mov	%cs:FUZZ_REAL_CPU + FUZZ_AT_GS, %gs
	mov	%cs:FUZZ_REAL_CPU + FUZZ_AT_GPR + 8 * 0, %eax
	mov	%cs:FUZZ_REAL_CPU + FUZZ_AT_GPR + 8 * 1, %ecx
	mov	%cs:FUZZ_REAL_CPU + FUZZ_AT_GPR + 8 * 2, %edx
	mov	%cs:FUZZ_REAL_CPU + FUZZ_AT_GPR + 8 * 3, %ebx
	mov	%cs:FUZZ_REAL_CPU + FUZZ_AT_GPR + 8 * 5, %ebp
	mov	%cs:FUZZ_REAL_CPU + FUZZ_AT_GPR + 8 * 6, %esi
	mov	%cs:FUZZ_REAL_CPU + FUZZ_AT_GPR + 8 * 7, %edi
	iretw

recover_real:
	cli
	xor	%edi, %edi
	popw	%di
	lgdtl	%cs:FUZZ_REAL_GDT_POINTER
	mov	%cr0, %eax
	or	$CR0_PE, %eax
	mov	%eax, %cr0
	ljmpl	$CODE32, $fuzz_recover_32

fuzz_real_stubs:
	.set vector, 0
	.rept 256
	.byte	0x68		/* push, with 16 bits, whatever the number */
	.word	vector
	.byte	0xe9		/* jmp */
	.word	recover_real - (. + 2)
	.set vector, vector + 1
	.endr
fuzz_real_end:
	.if	. - fuzz_real_start > FUZZ_REAL_CPU
	.error	"the code for real mode is too long"
	.endif

	.section .note.GNU-stack, "", @progbits
