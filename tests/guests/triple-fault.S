/* An exception with an IDT that has no entry for any: a triple fault. */
#include "guest.inc"

	.section .rodata
no_idt:	.short	0
	.long	0

	.text
	.global start
start:
	movl	$physical(stack_top), %esp
	say	"about to triple-fault\n"
	lidt	physical(no_idt)
	ud2
