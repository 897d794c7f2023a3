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
	.set CR0_PE, 1 << 0
	.set CR0_PG, 1 << 31
	.set IA32_EFER, 0xc0000080
	.set EFER_LME, 1 << 8
	.set EFER_LMA, 1 << 10
	.set RFLAGS_VM, 1 << 17

	/* struct fuzz_cpu */
	.set GPR, 0
	.set RIP, 8 * 16
	.set CS, RIP + 8
	.set RFLAGS, RIP + 16
	.set RSP, RIP + 24
	.set SS, RIP + 32
	.set DS, RIP + 40
	.set ES, RIP + 48
	.set FS, RIP + 56
	.set GS, RIP + 64
	.set CR0, RIP + 72
	.set CR3, RIP + 80
	.set CR4, RIP + 88
	.set MODE, RIP + 96
	.set FUZZ_LONG, 0
	.set FUZZ_REAL, 2

	/* enum fuzz_selector */
	.set CODE64, 0x08
	.set DATA32, 0x10
	.set CODE32, 0x18
	.set CODE16, 0x20
	.set DATA16, 0x28
	.set TSS32, 0x58
	.set TSS64, 0x60

	/* enum gdt_selector, of the kernel */
	.set KERNEL_CODE, 0x08
	.set KERNEL_DATA, 0x10
	.set KERNEL_TSS, 0x18

	/* Where fuzz_ground.c puts what real mode needs, in the playground. */
	.set REAL_CPU, 0xa00
	.set REAL_IDT_POINTER, 0xb00
	.set REAL_GDT_POINTER, 0xb08

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
	cmpl	$FUZZ_LONG, MODE(%rdi)
	jne	leave_long_mode

	mov	CR3(%rdi), %rax
	mov	%rax, %cr3
	mov	CR4(%rdi), %rax
	mov	%rax, %cr4
	lidt	fuzz_idt_long_pointer
	mov	$TSS64, %eax
	ltr	%ax
	mov	DS(%rdi), %ds
	mov	ES(%rdi), %es
	mov	FS(%rdi), %fs
	mov	GS(%rdi), %gs
	lea	RIP(%rdi), %rsp
	mov	GPR + 8 * 0(%rdi), %rax
	mov	GPR + 8 * 1(%rdi), %rcx
	mov	GPR + 8 * 2(%rdi), %rdx
	mov	GPR + 8 * 3(%rdi), %rbx
	mov	GPR + 8 * 5(%rdi), %rbp
	mov	GPR + 8 * 6(%rdi), %rsi
	.irp n, 8, 9, 10, 11, 12, 13, 14, 15
	mov	GPR + 8 * \n(%rdi), %r\n
	.endr
	mov	GPR + 8 * 7(%rdi), %rdi
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
	mov	CR4(%esi), %eax
	mov	%eax, %cr4
	mov	CR3(%esi), %eax
	mov	%eax, %cr3
	cmpl	$FUZZ_REAL, MODE(%esi)
	je	to_real_mode

	lidt	fuzz_idt_legacy_pointer
	mov	$TSS32, %eax
	ltr	%ax
	mov	CR0(%esi), %eax
	mov	%eax, %cr0
	/* The frame of IRETD is on the stack that it goes to, or on its own. */
	testl	$RFLAGS_VM, RFLAGS(%esi)
	jnz	to_other_ring
	testb	$3, CS(%esi)
	jnz	to_other_ring
	mov	SS(%esi), %ss
	mov	RSP(%esi), %esp
	jmp	2f
to_other_ring:
	mov	$fuzz_ring0_stack_top, %esp
	pushl	GS(%esi)
	pushl	FS(%esi)
	pushl	DS(%esi)
	pushl	ES(%esi)
	pushl	SS(%esi)
	pushl	RSP(%esi)
2:	pushl	RFLAGS(%esi)
	pushl	CS(%esi)
	pushl	RIP(%esi)
	testl	$RFLAGS_VM, RFLAGS(%esi)
	jnz	3f
	mov	ES(%esi), %es
	mov	FS(%esi), %fs
	mov	GS(%esi), %gs
	mov	DS(%esi), %ds
3:	mov	%cs:GPR + 8 * 0(%esi), %eax
	mov	%cs:GPR + 8 * 1(%esi), %ecx
	mov	%cs:GPR + 8 * 2(%esi), %edx
	mov	%cs:GPR + 8 * 3(%esi), %ebx
	mov	%cs:GPR + 8 * 5(%esi), %ebp
	mov	%cs:GPR + 8 * 7(%esi), %edi
	mov	%cs:GPR + 8 * 6(%esi), %esi
	iret

to_real_mode:
	ljmp	$CODE16, $0

	/* From an exception in protected or virtual-8086 mode. */
recover_legacy:
	cli
	pop	%edi
	/* From real mode, too, with the vector in EDI. */
recover_32:
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
	/* Copied to the start of the playground, which is CODE16's base. */
	.balign 16
	.global fuzz_real_start, fuzz_real_end, fuzz_real_stubs, fuzz_real_segment
	.set here, fuzz_real_start
	.code16
fuzz_real_start:
	mov	$DATA16, %ax
	mov	%ax, %ds
	mov	%ax, %es
	mov	%ax, %fs
	mov	%ax, %gs
	mov	%ax, %ss
	mov	%cr0, %eax
	and	$~CR0_PE, %eax
	mov	%eax, %cr0
	.byte	0xea		/* a far jump, for the segment of real mode */
	.word	in_real - here
fuzz_real_segment:
	.word	0
in_real:
	lidtl	%cs:REAL_IDT_POINTER
	mov	%cs:REAL_CPU + SS, %ss
	mov	%cs:REAL_CPU + RSP, %esp
	pushw	%cs:REAL_CPU + RFLAGS
	pushw	%cs:REAL_CPU + CS
	pushw	%cs:REAL_CPU + RIP
	mov	%cs:REAL_CPU + DS, %ds
	mov	%cs:REAL_CPU + ES, %es
	mov	%cs:REAL_CPU + FS, %fs
	mov	%cs:REAL_CPU + GS, %gs
	mov	%cs:REAL_CPU + GPR + 8 * 0, %eax
	mov	%cs:REAL_CPU + GPR + 8 * 1, %ecx
	mov	%cs:REAL_CPU + GPR + 8 * 2, %edx
	mov	%cs:REAL_CPU + GPR + 8 * 3, %ebx
	mov	%cs:REAL_CPU + GPR + 8 * 5, %ebp
	mov	%cs:REAL_CPU + GPR + 8 * 6, %esi
	mov	%cs:REAL_CPU + GPR + 8 * 7, %edi
	iretw

recover_real:
	cli
	xor	%edi, %edi
	popw	%di
	lgdtl	%cs:REAL_GDT_POINTER
	mov	%cr0, %eax
	or	$CR0_PE, %eax
	mov	%eax, %cr0
	ljmpl	$CODE32, $recover_32

fuzz_real_stubs:
	.set vector, 0
	.rept 256
	.byte	0x68		/* push, with 16 bits, whatever the number */
	.word	vector
	.byte	0xe9		/* jmp */
	.word	recover_real - (. + 2)
	.set vector, vector + 1
	.endr
fuzz_real_end:
	.if	. - fuzz_real_start > REAL_CPU
	.error	"the code for real mode is too long"
	.endif
	.code64

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
