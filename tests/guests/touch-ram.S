/*
 * Writes to every page of its RAM from 2 MiB up, then finds all that it wrote
 * again. With lazy guest RAM each first touch is an EPT violation.
 */
#include "guest.inc"

#define FIRST	  0x200000
#define PAGE_SIZE 0x1000

	.text
	.global start
start:
	movl	$physical(stack_top), %esp
	cld

	end_of_ram %ebp

	movl	$FIRST, %edi
1:	cmpl	$0, (%edi)
	jne	not_zero
	movl	%edi, (%edi)
	addl	$PAGE_SIZE, %edi
	cmpl	%ebp, %edi
	jb	1b

	movl	$FIRST, %edi
1:	cmpl	%edi, (%edi)
	jne	lost
	addl	$PAGE_SIZE, %edi
	cmpl	%ebp, %edi
	jb	1b
	say	"every page keeps what is written to it\n"
halt:
	cli
	hlt
	jmp	halt
not_zero:
	say	"wrong: a page was not zero at first\n"
	jmp	halt
lost:
	say	"wrong: a page lost what was written to it\n"
	jmp	halt
