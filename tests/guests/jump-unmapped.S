/* Jumps to where no RAM is: an EPT violation by an instruction fetch. */
#include "guest.inc"

	.text
	.global start
start:
	movl	$physical(stack_top), %esp
	say	"jumping out of RAM\n"
	movl	$0xf0000000, %eax
	jmp	*%eax
