/*
 * Into any mode of the CPU, and from any exception in it back to C: fuzz_cpu.h.
 *
 * Each vector of each of the three interrupt tables leads to a stub that
 * pushes its number. An attempt may also come there by itself, by a jump, so
 * interrupts are switched off. From there on nothing is believed but CS: the
 * tables, the control registers and the segments are all loaded anew, from
 * real mode and protected mode by way of 32-bit code without paging.
 *
 * SDM: "Initializing IA-32e Mode", "Switching Out of IA-32e Mode Operation"
 * and "Mode Switching" for the order of the steps.
 */
#include "fuzz/fuzz_layout.h"

	.set CR0_PG, 1 << 31
	.set IA32_EFER, 0xc0000080
	.set EFER_LME, 1 << 8
	.set EFER_LMA, 1 << 10
	.set RFLAGS_VM, 1 << 17
	.set MODE_LONG, FUZZ_MODE_LONG
	.set MODE_REAL, FUZZ_MODE_REAL

	.set CODE64, FUZZ_SELECTOR_CODE64
	.set DATA32, FUZZ_SELECTOR_DATA32
	.set CODE32, FUZZ_SELECTOR_CODE32
	.set CODE16, FUZZ_SELECTOR_CODE16
	.set TSS32, FUZZ_SELECTOR_TSS32
	.set TSS64, FUZZ_SELECTOR_TSS64

	/* enum gdt_selector, of the kernel */
	.set KERNEL_CODE, 0x08
	.set KERNEL_DATA, 0x10
	.set KERNEL_TSS, 0x18

	.text
	.global fuzz_enter
fuzz_enter:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, kernel_rsp
	sgdt	kernel_gdt
	sidt	kernel_idt
	mov	%cr0, %rax
	mov	%rax, kernel_cr0
	mov	%cr3, %rax
	mov	%rax, kernel_cr3
	mov	%cr4, %rax
	mov	%rax, kernel_cr4
	mov	$IA32_EFER, %ecx
	rdmsr
	mov	%eax, kernel_efer

	lgdt	fuzz_gdt_pointer
	cmpl	$MODE_LONG, FUZZ_AT_MODE(%rdi)
	jne	leave_long_mode

	mov	FUZZ_AT_CR3(%rdi), %rax
	mov	%rax, %cr3
	mov	FUZZ_AT_CR4(%rdi), %rax
	mov	%rax, %cr4
	lidt	fuzz_idt_long_pointer
	mov	$TSS64, %eax
	ltr	%ax
	mov	FUZZ_AT_DS(%rdi), %ds
	mov	FUZZ_AT_ES(%rdi), %es
	mov	FUZZ_AT_FS(%rdi), %fs
	mov	FUZZ_AT_GS(%rdi), %gs
	lea	FUZZ_AT_RIP(%rdi), %rsp
	mov	FUZZ_AT_GPR + 8 * 0(%rdi), %rax
	mov	FUZZ_AT_GPR + 8 * 1(%rdi), %rcx
	mov	FUZZ_AT_GPR + 8 * 2(%rdi), %rdx
	mov	FUZZ_AT_GPR + 8 * 3(%rdi), %rbx
	mov	FUZZ_AT_GPR + 8 * 5(%rdi), %rbp
	mov	FUZZ_AT_GPR + 8 * 6(%rdi), %rsi
	.irp n, 8, 9, 10, 11, 12, 13, 14, 15
	mov	FUZZ_AT_GPR + 8 * \n(%rdi), %r\n
	.endr
	mov	FUZZ_AT_GPR + 8 * 7(%rdi), %rdi
	iretq

leave_long_mode:
	mov	%edi, %esi
	ljmp	*far_to_32

	.code32
in_32:	mov	$DATA32, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	%cr0, %eax
	and	$~CR0_PG, %eax
	mov	%eax, %cr0
	mov	$IA32_EFER, %ecx
	rdmsr
	and	$~EFER_LME, %eax
	wrmsr
	mov	FUZZ_AT_CR4(%esi), %eax
	mov	%eax, %cr4
	mov	FUZZ_AT_CR3(%esi), %eax
	mov	%eax, %cr3
	cmpl	$MODE_REAL, FUZZ_AT_MODE(%esi)
	je	to_real_mode

	lidt	fuzz_idt_legacy_pointer
	mov	$TSS32, %eax
	ltr	%ax
	mov	FUZZ_AT_CR0(%esi), %eax
	mov	%eax, %cr0
	/* The frame of IRETD is on the stack that it goes to, or on its own. */
	testl	$RFLAGS_VM, FUZZ_AT_RFLAGS(%esi)
	jnz	to_other_ring
	testb	$3, FUZZ_AT_CS(%esi)
	jnz	to_other_ring
	mov	FUZZ_AT_SS(%esi), %ss
	mov	FUZZ_AT_RSP(%esi), %esp
	jmp	2f
to_other_ring:
	mov	$fuzz_ring0_stack_top, %esp
	pushl	FUZZ_AT_GS(%esi)
	pushl	FUZZ_AT_FS(%esi)
	pushl	FUZZ_AT_DS(%esi)
	pushl	FUZZ_AT_ES(%esi)
	pushl	FUZZ_AT_SS(%esi)
	pushl	FUZZ_AT_RSP(%esi)
2:	pushl	FUZZ_AT_RFLAGS(%esi)
	pushl	FUZZ_AT_CS(%esi)
	pushl	FUZZ_AT_RIP(%esi)
	testl	$RFLAGS_VM, FUZZ_AT_RFLAGS(%esi)
	jnz	3f
	mov	FUZZ_AT_ES(%esi), %es
	mov	FUZZ_AT_FS(%esi), %fs
	mov	FUZZ_AT_GS(%esi), %gs
	mov	FUZZ_AT_DS(%esi), %ds
3:	mov	%cs:FUZZ_AT_GPR + 8 * 0(%esi), %eax
	mov	%cs:FUZZ_AT_GPR + 8 * 1(%esi), %ecx
	mov	%cs:FUZZ_AT_GPR + 8 * 2(%esi), %edx
	mov	%cs:FUZZ_AT_GPR + 8 * 3(%esi), %ebx
	mov	%cs:FUZZ_AT_GPR + 8 * 5(%esi), %ebp
	mov	%cs:FUZZ_AT_GPR + 8 * 7(%esi), %edi
	mov	%cs:FUZZ_AT_GPR + 8 * 6(%esi), %esi
	iret

to_real_mode:
	ljmp	$CODE16, $0

	/* From an exception in protected or virtual-8086 mode. */
recover_legacy:
	cli
	pop	%edi
	/* From real mode, too, with the vector in EDI. */
	.global fuzz_recover_32
fuzz_recover_32:
	lgdt	%cs:fuzz_gdt_pointer
	lidt	%cs:fuzz_idt_legacy_pointer
	mov	$DATA32, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	/* With DR7.GD this is one more exception, which clears it. */
	xor	%eax, %eax
	mov	%eax, %dr7
	mov	%cr0, %eax
	and	$~CR0_PG, %eax
	mov	%eax, %cr0
	mov	kernel_cr4, %eax
	mov	%eax, %cr4
	mov	kernel_cr3, %eax
	mov	%eax, %cr3
	mov	$IA32_EFER, %ecx
	mov	kernel_efer, %eax
	and	$~EFER_LMA, %eax
	xor	%edx, %edx
	wrmsr
	mov	kernel_cr0, %eax
	mov	%eax, %cr0
	ljmp	$CODE64, $recover_64

	.balign 16
	.global fuzz_stubs_legacy
fuzz_stubs_legacy:
	.set vector, 0
	.rept 256
	.balign 16
	pushl	$vector
	jmp	recover_legacy
	.set vector, vector + 1
	.endr

	.code64
	/*
	 * On the stack of the IST. NX comes back before the page tables that
	 * have it; the fuzzer's own do without.
	 */
recover_long:
	cli
	pop	%rdi
	xor	%eax, %eax
	mov	%rax, %dr7
	mov	$IA32_EFER, %ecx
	mov	kernel_efer, %eax
	xor	%edx, %edx
	wrmsr
	mov	kernel_cr4, %rax
	mov	%rax, %cr4
	mov	kernel_cr3, %rax
	mov	%rax, %cr3
	mov	kernel_cr0, %rax
	mov	%rax, %cr0

recover_64:
	mov	kernel_rsp, %rsp
	lgdt	kernel_gdt
	lidt	kernel_idt
	mov	$KERNEL_DATA, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	xor	%eax, %eax
	mov	%eax, %fs
	mov	%eax, %gs
	lldt	%ax
	pushq	$KERNEL_CODE
	pushq	$1f
	lretq
	/* LTR takes no busy TSS: bit 1 of the type. */
1:	mov	kernel_gdt + 2, %rax
	andb	$~2, KERNEL_TSS + 5(%rax)
	mov	$KERNEL_TSS, %eax
	ltr	%ax
	mov	%edi, %eax
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	cld
	ret

	.balign 16
	.global fuzz_stubs_long
fuzz_stubs_long:
	.set vector, 0
	.rept 256
	.balign 16
	pushq	$vector
	jmp	recover_long
	.set vector, vector + 1
	.endr

	.section .rodata
	.balign 8
far_to_32:
	.long	in_32
	.word	CODE32

	.bss
	.balign 8
kernel_rsp:	.skip 8
kernel_cr0:	.skip 8
kernel_cr3:	.skip 8
kernel_cr4:	.skip 8
kernel_efer:	.skip 8
	.balign 8
kernel_gdt:	.skip 16
kernel_idt:	.skip 16

	.balign 16
	.skip	4096
	.global fuzz_ring0_stack_top
fuzz_ring0_stack_top:

	.section .note.GNU-stack, "", @progbits
