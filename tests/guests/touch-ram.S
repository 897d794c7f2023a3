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

	/* EBP: the end of RAM, from the basic memory information. */
	leal	8(%ebx), %ebx
1:	cmpl	$MULTIBOOT2_TAG_BASIC_MEMINFO, (%ebx)
	je	2f
	movl	4(%ebx), %eax
	addl	$MULTIBOOT2_INFO_ALIGN - 1, %eax
	andl	$-MULTIBOOT2_INFO_ALIGN, %eax
	addl	%eax, %ebx
	jmp	1b
2:	movl	12(%ebx), %ebp
	shll	$10, %ebp
	addl	$0x100000, %ebp

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
