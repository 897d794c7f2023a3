/* Sends its CPU an NMI, and never leaves its handler: it takes no other one. */
#include "guest.inc"

#define APIC_ICR_LOW   0xfee00300
#define APIC_ICR_HIGH  0xfee00310
#define NMI_TO_APIC_0  0x4400 /* physical destination, asserted, an NMI */

#define CODE_SELECTOR  8
#define DATA_SELECTOR  16
#define INTERRUPT_GATE 0x8e00

	.text
	.global start
start:
	movl	$physical(stack_top), %esp
	cli
	lgdtl	physical(gdt_pointer)
	ljmpl	$CODE_SELECTOR, $physical(1f)
1:	movl	$DATA_SELECTOR, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss

	movl	$physical(handle_nmi), %eax
	movw	%ax, physical(nmi_gate)
	shrl	$16, %eax
	movw	%ax, physical(nmi_gate) + 6
	lidtl	physical(idt_pointer)

	movl	$0, APIC_ICR_HIGH
	movl	$NMI_TO_APIC_0, APIC_ICR_LOW
	say	"wrong: there is no NMI\n"
	hlt

handle_nmi:
	say	"nmi-loop: in the handler\n"
1:	jmp	1b

	.section .rodata
	.balign	8
gdt:
	.quad	0
	.quad	0x00cf9b000000ffff
	.quad	0x00cf93000000ffff
gdt_pointer:
	.word	. - gdt - 1
	.long	physical(gdt)

	.data
	.balign	8
idt:
	.quad	0
	.quad	0
nmi_gate:
	.short	0, CODE_SELECTOR, INTERRUPT_GATE, 0
idt_pointer:
	.word	. - idt - 1
	.long	physical(idt)
