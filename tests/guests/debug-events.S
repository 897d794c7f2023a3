/*
 * Counts its debug exceptions: one of a watchpoint while the stack is RAM that
 * was never touched, so that its delivery is interrupted by an EPT violation
 * where guest RAM is lazy; and one of a single step over CPUID, which exits.
 */
#include "guest.inc"

#define CODE 0x08
#define DATA 0x10

#define VECTOR_DB      1
#define DR7_WRITE_4_DR0 0x000d0401 /* 4 bytes, on writes, exact, DR0 on */
#define FLAGS_TF       0x102
#define FLAGS_NONE     0x002

#define UNTOUCHED_STACK 0x1000000

	.data
	.balign	8
gdt:	.quad	0, 0x00cf9b000000ffff, 0x00cf93000000ffff
gdt_pointer:
	.short	. - gdt - 1
	.long	gdt
	.balign	8
idt:	.quad	0
idt_db:	.short	0, CODE, 0x8e00, 0
idt_pointer:
	.short	. - idt - 1
	.long	idt
	.balign	4
watched:
	.long	0
seen:	.long	0

	.text
	.global start
start:
	movl	$stack_top, %esp
	cld
	lgdt	gdt_pointer
	ljmp	$CODE, $1f
1:	movw	$DATA, %ax
	movw	%ax, %ds
	movw	%ax, %ss
	movl	$on_debug, %eax
	movw	%ax, idt_db
	shrl	$16, %eax
	movw	%ax, idt_db + 6
	lidt	idt_pointer

	movl	$watched, %eax
	movl	%eax, %dr0
	movl	$DR7_WRITE_4_DR0, %eax
	movl	%eax, %dr7
	movl	$UNTOUCHED_STACK, %esp
	movl	$1, watched
	nop
	movl	$stack_top, %esp
	xorl	%eax, %eax
	movl	%eax, %dr7
	cmpl	$1, seen
	jne	1f
	say	"the watchpoint was hit\n"

1:	movl	$0, seen
	pushl	$FLAGS_TF
	popfl
	cpuid
	pushl	$FLAGS_NONE
	popfl
	cmpl	$3, seen	/* CPUID, PUSH, POPF */
	jne	halt
	say	"each instruction was a step\n"
halt:
	cli
	hlt
	jmp	halt

on_debug:
	incl	seen
	iretl
