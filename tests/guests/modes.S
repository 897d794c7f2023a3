/*
 * Goes through the modes of the CPU, each time by a write to CR0 that changes
 * NE too, so that the write exits and the hypervisor makes the change: real
 * mode and back, PAE paging, IA-32e mode and back. In each mode it looks at an
 * exception that the hypervisor raises. Says "wrong: ..." of what is not as on
 * the bare machine, and "modes: done" at the end.
 */
#include "guest.inc"

#define CODE	0x08
#define DATA	0x10
#define CODE_16 0x18
#define TSS_16	0x20

#define CR0_PE 0x1
#define CR0_NE 0x20
#define CR0_PG 0x80000000
#define CR0_CD 0x40000000

#define CR4_PAE	 0x20
#define EFER	 0xc0000080
#define EFER_LME 0x100
#define EFER_LMA 0x400

#define VECTOR_GP  13
#define NO_MSR	   0x3fff
#define PAGE_2M	   0x83	/* present, writable, large */
#define RESERVED   0x2	/* in a PDPTE of PAE paging */

#define REAL	     0x8000 /* where the code for real mode goes */
#define REAL_SEGMENT (REAL >> 4)
#define REAL_STACK   0x7000
#define SCRATCH	     0x3ff /* of COM1 */

	.data
	.balign	8
gdt:	.quad	0, 0x00cf9b000000ffff, 0x00cf93000000ffff
	.quad	0x00009b000000ffff | REAL << 16
	.quad	0x000081000000002b
gdt_pointer:
	.short	. - gdt - 1
	.long	gdt
	.balign	8
idt:	.skip	8 * VECTOR_GP
idt_gp:	.short	0, CODE, 0x8e00, 0
idt_pointer:
	.short	. - idt - 1
	.long	idt
real_idt_pointer:
	.short	0x3ff
	.long	0

	.bss
	.balign	4096
pdpt:	.skip	4096
pd:	.skip	4096
pml4:	.skip	4096
error:	.skip	4
at:	.skip	4
resume:	.skip	4

	.text
/* Complains unless the operands of the comparison before were equal. */
	.macro	expect_equal text
	je	8f
	say	"wrong: \text\n"
8:
	.endm

/* Runs an instruction that is to raise #GP(0) and change nothing. */
	.macro	expect_gp text, instruction:vararg
	movl	$-1, error
	movl	$7f, resume
6:	\instruction
7:	cmpl	$0, error
	expect_equal "\text raises no #GP(0)"
	cmpl	$6b, at
	expect_equal "\text: EIP of its #GP"
	.endm

/* Sets or clears bits of CR0, and turns NE round. */
	.macro	change_cr0 set, clear
	movl	%cr0, %eax
	andl	$~(\clear), %eax
	orl	$(\set), %eax
	xorl	$CR0_NE, %eax
	movl	%eax, %cr0
	.endm

	.global start
start:
	movl	$stack_top, %esp
	cld
	lgdt	gdt_pointer
	ljmp	$CODE, $protected
protected:
	movw	$DATA, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movl	$on_gp, %eax
	movw	%ax, idt_gp
	shrl	$16, %eax
	movw	%ax, idt_gp + 6
	lidt	idt_pointer
	movl	$NO_MSR, %ecx
	expect_gp "RDMSR in protected mode", rdmsr

	/* To real mode and back. */
	movl	$real_begin, %esi
	movl	$REAL, %edi
	movl	$real_end - real_begin, %ecx
	rep movsb
	ljmp	$CODE_16, $0
back_from_real:
	movw	$DATA, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movl	$stack_top, %esp
	lidt	idt_pointer
	cmpl	$0, %ebx
	expect_equal "in real mode, see EBX"

	call	try_pae
	call	try_long
	say	"modes: done\n"
halt:
	cli
	hlt
	jmp	halt

on_gp:
	popl	error
	popl	at
	addl	$8, %esp
	jmp	*resume

/* 2 MiB at 0, in one PDPTE of PAE paging. */
try_pae:
	movl	$PAGE_2M, pd
	movl	$pd + 1, pdpt
	movl	%cr4, %eax
	orl	$CR4_PAE, %eax
	movl	%eax, %cr4
	movl	$pdpt, %eax
	movl	%eax, %cr3
	orl	$RESERVED, pdpt
	movl	%cr0, %eax
	movl	%eax, %ebx
	xorl	$CR0_PG | CR0_NE, %eax
	expect_gp "PAE paging with a bad PDPTE", movl %eax, %cr0
	movl	%cr0, %eax
	cmpl	%ebx, %eax
	expect_equal "CR0 after a bad PDPTE"
	andl	$~RESERVED, pdpt
	change_cr0 CR0_PG, 0
	movl	$NO_MSR, %ecx
	expect_gp "RDMSR with PAE paging", rdmsr
	orl	$RESERVED, pdpt
	movl	%cr0, %eax
	xorl	$CR0_CD | CR0_NE, %eax
	expect_gp "CR0.CD with a bad PDPTE", movl %eax, %cr0
	andl	$~RESERVED, pdpt
	change_cr0 0, CR0_PG
	ret

/* IA-32e mode's compatibility mode, with the same page directory. */
try_long:
	movl	$pdpt + 3, pml4
	orl	$2, pdpt
	movl	$pml4, %eax
	movl	%eax, %cr3
	movl	$EFER, %ecx
	rdmsr
	orl	$EFER_LME, %eax
	wrmsr
	movw	$TSS_16, %ax
	ltr	%ax
	movl	%cr0, %eax
	xorl	$CR0_PG | CR0_NE, %eax
	expect_gp "IA-32e mode with a 16-bit TSS", movl %eax, %cr0
	movb	$0x89, gdt + TSS_16 + 5
	movw	$TSS_16, %ax
	ltr	%ax
	change_cr0 CR0_PG, 0
	movl	$EFER, %ecx
	rdmsr
	andl	$EFER_LME | EFER_LMA, %eax
	cmpl	$EFER_LME | EFER_LMA, %eax
	expect_equal "EFER in IA-32e mode"
	movl	$0x80000001, %eax
	cpuid
	testl	$1 << 11, %edx
	expect_equal "SYSCALL outside of 64-bit mode"
	movl	%cr4, %eax
	andl	$~CR4_PAE, %eax
	change_cr0 0, CR0_PG
	movl	$EFER, %ecx
	rdmsr
	andl	$EFER_LME | EFER_LMA, %eax
	cmpl	$EFER_LME, %eax
	expect_equal "EFER after IA-32e mode"
	ret

/*
 * Runs at REAL. EBX: 0, or the number of what is wrong: 1 no #GP, 2 its IP,
 * 3 its CS, 4 the stack it leaves, 5 CPUID, 6 OUT and IN, 7 OUTSB and INSB.
 */
	.code16
real_begin:
	lidtl	%cs:real_idt - real_begin
	movl	%cr0, %eax
	xorl	$CR0_PE | CR0_NE, %eax
	movl	%eax, %cr0
	ljmp	$REAL_SEGMENT, $1f - real_begin
1:	movw	%cs, %ax
	movw	%ax, %ds
	movw	%ax, %es
	xorw	%ax, %ax
	movw	%ax, %ss
	movl	$REAL_STACK, %esp
	movw	%ax, %gs
	movw	$real_gp - real_begin, %gs:4 * VECTOR_GP
	movw	%cs, %gs:4 * VECTOR_GP + 2
	movl	$NO_MSR, %ecx
	movl	$1, %ebx
2:	rdmsr
	jmp	real_done
real_gp:
	movl	$2, %ebx
	popw	%ax
	cmpw	$2b - real_begin, %ax
	jne	real_done
	movl	$3, %ebx
	popw	%ax
	cmpw	$REAL_SEGMENT, %ax
	jne	real_done
	movl	$4, %ebx
	popw	%ax
	cmpl	$REAL_STACK, %esp
	jne	real_done
	movl	$5, %ebp
	xorl	%eax, %eax
	cpuid
	testl	%eax, %eax
	movl	$5, %ebx
	jz	real_done
	movl	$6, %ebx
	movw	$SCRATCH, %dx
	movb	$0x5a, %al
	outb	%al, %dx
	xorb	%al, %al
	inb	%dx, %al
	cmpb	$0x5a, %al
	jne	real_done
	movl	$7, %ebx
	movw	$real_byte - real_begin, %si
	outsb
	movw	$real_byte + 1 - real_begin, %di
	insb
	cmpb	$0x3c, real_byte + 1 - real_begin
	jne	real_done
	xorl	%ebx, %ebx
real_done:
	movl	%cr0, %eax
	xorl	$CR0_PE | CR0_NE, %eax
	movl	%eax, %cr0
	ljmpl	$CODE, $back_from_real
real_idt:
	.short	0x3ff
	.long	0
real_byte:
	.byte	0x3c, 0
real_end:
