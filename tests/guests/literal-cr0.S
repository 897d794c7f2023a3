/*
 * Writes CR0 as a kernel does that knows a PC: by a value of its own, without
 * NE; then with it.
 */
#include "guest.inc"

#define CR0_PE_ET    0x11
#define CR0_PE_ET_NE 0x31

	.text
	.global start
start:
	movl	$physical(stack_top), %esp
	cld
	movl	$CR0_PE_ET, %ebx
	movl	%ebx, %cr0
	movl	%cr0, %ecx
	cmpl	%ecx, %ebx
	jne	wrong
	movl	$CR0_PE_ET_NE, %ebx
	movl	%ebx, %cr0
	movl	%cr0, %ecx
	cmpl	%ecx, %ebx
	jne	wrong
	say	"CR0 reads as it was written\n"
halt:
	cli
	hlt
	jmp	halt
wrong:
	say	"wrong: CR0 reads otherwise\n"
	jmp	halt
