/* No header at all: bytes for 32-bit protected mode, started at their first. */
#include "console.inc"

	.section .header, "ax"
	.global start
start:
	testl	%eax, %eax	/* not multiboot's magic number */
	jnz	halt
	pushl	$0		/* there is a stack */
	popl	%eax
	cld
	.section .rodata
greeting:
	.asciz	"flat binary here\n"
	.section .header
	movl	$greeting, %esi
	call	print
halt:
	cli
	hlt
	jmp	halt
