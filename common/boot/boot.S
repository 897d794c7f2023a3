/*
 * From GRUB's 32-bit protected mode to kernel_main() in 64-bit mode.
 *
 * GRUB leaves paging off, EAX = the multiboot2 magic and EBX = the address of
 * the information structure. Long mode needs paging, so the first 4 GiB are
 * mapped one to one with pages of 2 MiB; paging_init() maps the rest.
 *
 * SDM: "Initializing IA-32e Mode".
 */
#include "boot/multiboot2.h"

	.set CR0_PE, 1 << 0
	.set CR0_MP, 1 << 1
	.set CR0_NE, 1 << 5
	.set CR0_WP, 1 << 16
	.set CR0_PG, 1 << 31
	.set CR4_PAE, 1 << 5
	.set IA32_EFER, 0xc0000080
	.set EFER_LME, 1 << 8
	.set EFER_NXE, 1 << 11
	.set CPUID_80000001_EDX_NX, 20
	.set CPUID_80000001_EDX_LM, 29

	.set PAGE_PRESENT_WRITABLE, 0x003
	.set PAGE_LARGE, 0x080

	.set BOOT_STACK_SIZE, 32 * 1024

	.section .multiboot2, "a"
	.balign 8
header:
	.long MULTIBOOT2_HEADER_MAGIC
	.long MULTIBOOT2_ARCHITECTURE_I386
	.long header_end - header
	.long -(MULTIBOOT2_HEADER_MAGIC + MULTIBOOT2_ARCHITECTURE_I386 + (header_end - header))

	.balign 8
1:	.short MULTIBOOT2_HEADER_TAG_INFORMATION_REQUEST, 0
	.long 2f - 1b
	.long MULTIBOOT2_TAG_CMDLINE, MULTIBOOT2_TAG_MMAP
2:
	.balign 8
	.short MULTIBOOT2_HEADER_TAG_END, 0
	.long 8
header_end:

	.section .text.boot, "ax"
	.code32
	.global _start
_start:
	cli
	cld
	movl	$boot_stack_top, %esp
	movl	%eax, %ebp
	movl	%ebx, %esi

	movl	$0x80000000, %eax
	cpuid
	cmpl	$0x80000001, %eax
	jb	no_long_mode
	movl	$0x80000001, %eax
	cpuid
	btl	$CPUID_80000001_EDX_LM, %edx
	jnc	no_long_mode

	/* NX where the CPU has it: EFER.NXE is reserved where it has not. */
	movl	$EFER_LME, %ebx
	btl	$CPUID_80000001_EDX_NX, %edx
	jnc	1f
	orl	$EFER_NXE, %ebx
1:
	movl	$boot_pd, %edi
	movl	$PAGE_PRESENT_WRITABLE | PAGE_LARGE, %eax
2:	movl	%eax, (%edi)
	addl	$8, %edi
	addl	$0x200000, %eax
	jnc	2b

	movl	$boot_pd + PAGE_PRESENT_WRITABLE, %eax
	movl	$boot_pdpt, %edi
	movl	$4, %ecx
3:	movl	%eax, (%edi)
	addl	$8, %edi
	addl	$4096, %eax
	loop	3b
	movl	$boot_pdpt + PAGE_PRESENT_WRITABLE, boot_pml4

	movl	$CR4_PAE, %eax
	movl	%eax, %cr4
	movl	$boot_pml4, %eax
	movl	%eax, %cr3
	movl	$IA32_EFER, %ecx
	movl	%ebx, %eax
	xorl	%edx, %edx
	wrmsr
	movl	$CR0_PE | CR0_MP | CR0_NE | CR0_WP | CR0_PG, %eax
	movl	%eax, %cr0

	lgdt	boot_gdt_pointer
	ljmp	$0x08, $in_long_mode

	/* No console exists yet: program COM1 and say it from here. */
no_long_mode:
	movl	$uart_setup, %esi
	movl	$4, %ecx
4:	movzbl	(%esi), %edx
	addl	$0x3f8, %edx
	movb	1(%esi), %al
	outb	%al, %dx
	addl	$2, %esi
	loop	4b
	movl	$no_long_mode_text, %esi
5:	movl	$0x3fd, %edx
	inb	%dx, %al
	testb	$0x20, %al
	jz	5b
	lodsb
	testb	%al, %al
	jz	6f
	movl	$0x3f8, %edx
	outb	%al, %dx
	jmp	5b
	/* No ACPI tables have been looked for: a triple fault ends it. */
6:	lidt	no_idt
	ud2

	.code64
in_long_mode:
	movw	$0x10, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	xorl	%eax, %eax
	movw	%ax, %fs
	movw	%ax, %gs

	movl	%ebp, %edi
	movl	%esi, %esi
	movl	$boot_stack_top, %esp
	xorl	%ebp, %ebp
	call	kernel_main
7:	hlt
	jmp	7b

	.section .rodata
no_idt:
	.short 0
	.long 0
uart_setup:	/* register, value: 115200 baud, 8 data bits, no parity */
	.byte 3, 0x80, 0, 1, 1, 0, 3, 3
no_long_mode_text:
	.asciz "This CPU has no 64-bit mode (CPUID 80000001H:EDX[29] is 0); the tour needs it.\r\nstatus: 77 (unsupported)\r\n"

	.balign 8
boot_gdt:
	.quad 0
	.quad 0x00af9b000000ffff	/* 0x08: 64-bit code */
	.quad 0x00cf93000000ffff	/* 0x10: data */
boot_gdt_pointer:
	.short . - boot_gdt - 1
	.long boot_gdt

	.bss
	.balign 4096
	.global boot_pml4, boot_pdpt
boot_pml4:	.skip 4096
boot_pdpt:	.skip 4096
boot_pd:	.skip 4 * 4096

	/* The page below the stack is unmapped by kernel_main(). */
	.global boot_stack_guard, boot_stack_top
boot_stack_guard:
	.skip 4096
	.skip BOOT_STACK_SIZE
boot_stack_top:

	.section .note.GNU-stack, "", @progbits
