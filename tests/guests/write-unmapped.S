/* Writes where no RAM is: an EPT violation by a data write. */
#include "guest.inc"

	.text
	.global start
start:
	movl	$physical(stack_top), %esp
	say	"writing outside RAM\n"
	movl	$0x12345678, 0xf0000000
	say	"still here\n"
1:	cli
	hlt
	jmp	1b
