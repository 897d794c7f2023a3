/*
 * Fills its RAM from 2 MiB up, each word with a value of its own, says so, and
 * waits for a byte at the serial port. Then it looks whether all is as it was.
 */
#include "guest.inc"

#define FIRST  0x200000
#define SPREAD 0x9e3779b1 /* odd: no two words are the same */

#define LINE_HAS_BYTE 0x01

	.text
	.global start
start:
	movl	$physical(stack_top), %esp
	cld

	end_of_ram %ebp

	movl	$FIRST, %edi
1:	imull	$SPREAD, %edi, %eax
	stosl
	cmpl	%ebp, %edi
	jb	1b
	say	"keep-ram: filled\n"

	movw	$COM1_LINE_STATUS, %dx
1:	pause
	inb	%dx, %al
	testb	$LINE_HAS_BYTE, %al
	jz	1b

	movl	$FIRST, %edi
1:	imull	$SPREAD, %edi, %eax
	scasl
	jne	changed
	cmpl	%ebp, %edi
	jb	1b
	say	"keep-ram: all is as it was\n"
halt:
	cli
	hlt
	jmp	halt
changed:
	say	"wrong: a word of memory has changed\n"
	jmp	halt
