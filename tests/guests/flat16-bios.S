/*
 * What a boot sector finds of a BIOS: the data area, the EBDA, vectors that can
 * be called, and a clock that ticks. Prints a line for each, and whether there
 * is an MP table in the EBDA.
 */
#include "print16.inc"

#define VECTOR_MISC	 0x15
#define MEMORY_MAP	 0xe820
#define NOT_SUPPORTED	 0x86
#define VECTOR_TICK	 0x1c
#define VECTOR_OF_IRQ_8	 0x70
#define TICKS		 3

#define SERIAL_PORTS	 0x400
#define EBDA_SEGMENT	 0x40e
#define EQUIPMENT	 0x410
#define CONVENTIONAL_KIB 0x413
#define BIOS_TICKS	 0x46c

#define ONE_SERIAL_PORT	 0x0200

#define PIC_IMR		 0x21
#define IRQ_0		 0x01
#define PIT_0		 0x40
#define PIT_CONTROL	 0x43
#define PIT_0_MODE_2	 0x34

	/* What follows may end before its time: the answer is no then. */
	.macro	check name
	movw	$8f - here, %si
	jmp	9f
8:	.asciz	"\name"
9:	movw	$is_no - here, %di
	.endm
	.macro	yes
	movw	$is_yes - here, %di
	.endm

	.global start
start:
	call	here	/* there is a stack */
here:	popw	%bp	/* where the code is; all is named from here */
	cld

	check	"the data area is filled in"
	cmpw	$COM1, SERIAL_PORTS
	jne	1f
	movw	EQUIPMENT, %ax
	andw	$0x0e00, %ax
	cmpw	$ONE_SERIAL_PORT, %ax
	jne	1f
	movw	CONVENTIONAL_KIB, %ax
	shlw	$6, %ax	/* to paragraphs */
	cmpw	EBDA_SEGMENT, %ax
	jne	1f
	movw	%ax, %es
	cmpb	$1, %es:0	/* KiB, up to 640 */
	jne	1f
	yes
1:	call	report

	check	"a call says that there is no such service"
	movw	$MEMORY_MAP, %ax
	clc
	int	$VECTOR_MISC
	jnc	1f
	cmpb	$NOT_SUPPORTED, %ah
	jne	1f
	cmpb	$MEMORY_MAP & 0xff, %al
	jne	1f
	yes
1:	call	report

	check	"an interrupt changes no register"
	movw	$0x1234, %ax
	clc
	int	$VECTOR_OF_IRQ_8
	jc	1f
	cmpw	$0x1234, %ax
	jne	1f
	yes
1:	call	report

	/* As many ticks of the BIOS as calls of whoever took the vector. */
	check	"the clock ticks"
	leaw	on_tick - here(%bp), %ax
	movw	%ax, VECTOR_TICK * 4
	movw	%cs, VECTOR_TICK * 4 + 2
	xorw	%cx, %cx
	movl	BIOS_TICKS, %ebx
2:	sti
	hlt
	cli
	cmpw	$TICKS, %cx
	jb	2b
	movl	BIOS_TICKS, %eax
	subl	%ebx, %eax
	cmpw	%cx, %ax
	jne	1f
	yes
1:	call	report

	/* Nothing but the clock takes the guest out of its loop then. */
	check	"it ticks when it has been programmed, masked meanwhile"
	inb	$PIC_IMR, %al
	orb	$IRQ_0, %al
	outb	%al, $PIC_IMR
	movb	$PIT_0_MODE_2, %al
	outb	%al, $PIT_CONTROL
	xorb	%al, %al	/* 65536 pulses */
	outb	%al, $PIT_0
	outb	%al, $PIT_0
	inb	$PIC_IMR, %al
	andb	$~IRQ_0, %al
	outb	%al, $PIC_IMR
	xorw	%cx, %cx
	sti
2:	cmpw	$2, %cx
	jb	2b
	cli
	yes
1:	call	report

	check	"there is an MP table in the EBDA"
	movw	EBDA_SEGMENT, %es
	xorw	%bx, %bx
3:	cmpl	$0x5f504d5f, %es:(%bx)	/* _MP_ */
	je	4f
	addw	$16, %bx
	cmpw	$1024, %bx
	jb	3b
	jmp	1f
4:	yes
1:	call	report
halt:
	cli
	hlt
	jmp	halt

on_tick:
	incw	%cx
	iretw

/* Prints the question at SI and the answer at DI. */
report:
	addw	%bp, %si
	call	print
	leaw	(%bp,%di), %si
	jmp	print
is_yes:
	.asciz	": yes\n"
is_no:
	.asciz	": no\n"
