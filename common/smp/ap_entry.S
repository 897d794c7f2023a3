/*
 * The way of a CPU from its start-up IPI to ap_main() in 64-bit mode, on the
 * page tables of the CPU that starts it.
 *
 * It begins in real mode, at offset 0 of the page that the IPI named: CS is
 * the page's address / 16. So the code up to ap_trampoline_end is copied there
 * and names only what lies in it by its offset; all the rest is the kernel,
 * which a 32-bit jump can reach.
 *
 * SDM: "MP Initialization Protocol Requirements and Restrictions" and
 * "Initializing IA-32e Mode".
 */
	.set CR0_PE, 1 << 0
	.set CR0_MP, 1 << 1
	.set CR0_NE, 1 << 5
	.set CR0_WP, 1 << 16
	.set CR0_PG, 1 << 31
	.set CR4_PAE, 1 << 5
	.set IA32_EFER, 0xc0000080

	.set START_CR3, 0
	.set START_EFER, 8
	.set START_STACK_TOP, 16
	.set START_CPU, 24

	.set CODE64, 0x08
	.set DATA, 0x10
	.set CODE32, 0x18

	.section .rodata
	.global ap_trampoline, ap_trampoline_size
	.code16
ap_trampoline:
	cli
	cld
	lgdtl	%cs:ap_gdt_pointer - ap_trampoline
	movl	%cr0, %eax
	orb	$CR0_PE, %al
	movl	%eax, %cr0
	ljmpl	$CODE32, $ap_protected
ap_gdt_pointer:
	.short ap_gdt_end - ap_gdt - 1
	.long ap_gdt
ap_trampoline_end:

	.balign 8
ap_trampoline_size:
	.long ap_trampoline_end - ap_trampoline

	.balign 8
ap_gdt:
	.quad 0
	.quad 0x00af9b000000ffff	/* CODE64 */
	.quad 0x00cf93000000ffff	/* DATA */
	.quad 0x00cf9b000000ffff	/* CODE32 */
ap_gdt_end:

	.text
	.code32
ap_protected:
	movw	$DATA, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss

	movl	$CR4_PAE, %eax
	movl	%eax, %cr4
	movl	ap_start + START_CR3, %eax
	movl	%eax, %cr3
	movl	$IA32_EFER, %ecx
	movl	ap_start + START_EFER, %eax
	xorl	%edx, %edx
	wrmsr
	movl	$CR0_PE | CR0_MP | CR0_NE | CR0_WP | CR0_PG, %eax
	movl	%eax, %cr0
	ljmp	$CODE64, $ap_long

	.code64
ap_long:
	xorl	%eax, %eax
	movw	%ax, %fs
	movw	%ax, %gs
	movq	ap_start + START_STACK_TOP, %rsp
	movq	ap_start + START_CPU, %rdi
	xorl	%ebp, %ebp
	call	ap_main
	ud2

	.bss
	.balign 8
	.global ap_start
ap_start:
	.skip 32

	.section .note.GNU-stack, "", @progbits
