/* A boot sector's start: real mode, wherever it lies in its first 64 KiB. */
#include "print16.inc"

#define HARD_DISK	 0x80

	.global start
start:
	cmpb	$HARD_DISK, %dl
	jne	halt
	call	here	/* there is a stack */
here:	popw	%si
	addw	$greeting - here, %si
	movw	%cs, %ax
	movw	%ax, %ds
	cld
	call	print
halt:
	cli
	hlt
	jmp	halt
greeting:
	.asciz	"hello from real mode\n"
