/*
 * Task switches, which always exit: by JMP, by CALL and IRET, through a task
 * gate of the IDT for a #GP that the hypervisor raises, with its error code on
 * the new task's stack, and for an NMI. Says "wrong: ..." of what the CPU would
 * have done otherwise, and "tasks: done" at the end.
 */
#include "guest.inc"

#define CODE	0x08
#define DATA	0x10
#define MAIN	0x18
#define OTHER	0x20
#define ABSENT	0x28

#define HYPERCALL_NMI 1

#define VECTOR_NMI 2
#define VECTOR_NP 11
#define VECTOR_GP 13
#define CR0_TS	  0x8
#define FLAG_NT	  0x4000
#define NO_MSR	  0x3fff

#define TYPE_BUSY 0x8b
#define TYPE_FREE 0x89

/* Offsets in a TSS. */
#define T_LINK	 0
#define T_EIP	 32
#define T_EFLAGS 36
#define T_EAX	 40
#define T_EBX	 52
#define T_ESP	 56
#define T_ES	 72
#define TSS_SIZE 104

	.data
	.balign	8
gdt:	.quad	0, 0x00cf9b000000ffff, 0x00cf93000000ffff
	.quad	0x0000890000000000 + TSS_SIZE - 1	/* MAIN */
	.quad	0x0000890000000000 + TSS_SIZE - 1	/* OTHER */
	.quad	0x0000090000000000 + TSS_SIZE - 1	/* ABSENT */
gdt_pointer:
	.short	. - gdt - 1
	.long	gdt
	.balign	8
idt:	.skip	8 * VECTOR_NMI
	.short	0, OTHER, 0x8500, 0	/* a task gate */
	.skip	8 * (VECTOR_NP - VECTOR_NMI - 1)
idt_np:	.short	0, CODE, 0x8e00, 0
	.skip	8
	.short	0, OTHER, 0x8500, 0	/* #GP: a task gate */
idt_pointer:
	.short	. - idt - 1
	.long	idt

	.bss
	.balign	16
main_tss:
	.skip	TSS_SIZE
	.balign	16
other_tss:
	.skip	TSS_SIZE
	.balign	16
	.skip	1024
other_stack:
error:	.skip	4
nmis:	.skip	4

	.text
	.macro	expect_equal text
	je	8f
	say	"wrong: \text\n"
8:
	.endm

	.macro	set_base selector, tss
	movl	$\tss, %eax
	movw	%ax, gdt + \selector + 2
	shrl	$16, %eax
	movb	%al, gdt + \selector + 4
	.endm

	.global start
start:
	movl	$stack_top, %esp
	cld
	lgdt	gdt_pointer
	ljmp	$CODE, $1f
1:	movw	$DATA, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movw	%ax, %fs
	movw	%ax, %gs
	set_base MAIN, main_tss
	set_base OTHER, other_tss
	movl	$on_np, %eax
	movw	%ax, idt_np
	shrl	$16, %eax
	movw	%ax, idt_np + 6
	lidt	idt_pointer
	movw	$MAIN, %ax
	ltr	%ax

	movl	$other_begins, other_tss + T_EIP
	movl	$2, other_tss + T_EFLAGS
	movl	$0x1234, other_tss + T_EAX
	movl	$other_stack, other_tss + T_ESP
	movl	$other_tss + T_ES, %edi
	movl	$DATA, %eax
	movl	$6, %ecx
	rep stosl
	movl	$CODE, other_tss + T_ES + 4

	/* By JMP, and by JMP back. */
	clts
	movl	$0x5678, %ebx
	ljmp	$OTHER, $0
	cmpl	$0x5678, %ebx
	expect_equal "EBX after two JMPs"
	movl	%cr0, %eax
	testl	$CR0_TS, %eax
	jnz	1f
	say	"wrong: CR0.TS after a JMP\n"
1:	cmpb	$TYPE_BUSY, gdt + MAIN + 5
	expect_equal "the first task is busy"
	cmpb	$TYPE_FREE, gdt + OTHER + 5
	expect_equal "the task that was left is not busy"

	/* By CALL, and by IRET back. */
	lcall	$OTHER, $0
	cmpb	$TYPE_FREE, gdt + OTHER + 5
	expect_equal "the task that has returned is not busy"
	pushfl
	popl	%eax
	testl	$FLAG_NT, %eax
	expect_equal "NT after the return"

	/* Through a task gate, and back behind the RDMSR. */
	movl	$NO_MSR, %ecx
	movl	$-1, error
faults:	rdmsr
	cmpl	$0, error
	expect_equal "the error code of a #GP through a task gate"

	/* Two NMIs, the second one asked for in the task of the first. */
	movl	$HYPERCALL_NMI, %eax
	vmcall
	cmpl	$2, nmis
	expect_equal "an NMI waits for the IRET of another one's task"

	/* A fault of the switch itself, in the old task. */
	movl	$-1, error
	ljmp	$ABSENT, $0
	cmpl	$ABSENT, error
	expect_equal "the error code of a TSS that is absent"
	say	"tasks: done\n"
halt:
	cli
	hlt
	jmp	halt

/* A far JMP of 32-bit code has 7 bytes. */
on_np:
	popl	error
	addl	$7, (%esp)
	iretl

other_begins:
	cmpl	$0x1234, %eax
	expect_equal "EAX of the new task"
	cmpl	$other_stack, %esp
	expect_equal "ESP of the new task"
	cmpl	$0x5678, main_tss + T_EBX
	expect_equal "EBX of the old task, in its TSS"
	ljmp	$MAIN, $0

	/* Called. */
	pushfl
	popl	%eax
	testl	$FLAG_NT, %eax
	jnz	1f
	say	"wrong: NT of a task that was called\n"
1:	cmpw	$MAIN, other_tss + T_LINK
	expect_equal "the link of a task that was called"
	cmpb	$TYPE_BUSY, gdt + MAIN + 5
	expect_equal "the task that calls stays busy"
	iretl

	/* By the gate. */
	popl	error
	cmpl	$faults, main_tss + T_EIP
	expect_equal "EIP of the task that faulted"
	addl	$2, main_tss + T_EIP
	iretl

	/* By the gate of the NMI; then again. */
	movl	$HYPERCALL_NMI, %eax
	vmcall
	movl	$1, nmis
	iretl
	incl	nmis
	iretl
