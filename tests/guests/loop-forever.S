/* Never ends, and causes no exit on the way. */
#include "guest.inc"

	.text
	.global start
start:
	movl	$physical(stack_top), %esp
	say	"looping for ever\n"
	cli
1:	jmp	1b
