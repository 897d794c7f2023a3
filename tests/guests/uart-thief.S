/*
 * Leaves the serial port at 50 baud, in loop-back mode, with the divisor latch
 * open, and resets: the host's report must come out all the same.
 */
#include "guest.inc"

#define DIVISOR_LOW  0x3f8
#define DIVISOR_HIGH 0x3f9
#define LINE_CONTROL 0x3fb
#define MODEM_CONTROL 0x3fc

#define DIVISOR_LATCH 0x83
#define LOOP_BACK     0x10
#define BAUD_50	      2304

	.macro	put port, value
	movw	$\port, %dx
	movb	$\value, %al
	outb	%al, %dx
	.endm

	.section .rodata
no_idt:	.short	0
	.long	0

	.text
	.global start
start:
	put	LINE_CONTROL, DIVISOR_LATCH
	put	DIVISOR_LOW, BAUD_50 & 0xff
	put	DIVISOR_HIGH, BAUD_50 >> 8
	put	MODEM_CONTROL, LOOP_BACK
	lidt	physical(no_idt)
	ud2
