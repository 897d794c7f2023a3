/*
 * The loops of bench_loops.h: once what stands before the loop, and then again
 * and again what makes the instruction ready, and the instruction. Only RBX,
 * which CPUID changes, has to be kept; the count is in RDI.
 */
#include "hypercall.h"

	.set PING, HYPERCALL_PING
	.set IA32_APIC_BASE, 0x1b
	.set IA32_TSC_ADJUST, 0x3b
	.set CR0_NE, 1 << 5

	.set PORT_PIC_MASK, 0x21
	.set PORT_UART_SCRATCH, 0x3ff
	.set PORT_POST_CODE, 0x80	/* a display that no emulator has */
	.set NO_MEMORY, 0xffc00000	/* below the firmware's flash */

	.macro one_loop name, once, ready, instruction
	.global bench_\name
bench_\name:
	push	%rbx
	\once
1:	\ready
	\instruction
	dec	%rdi
	jnz	1b
	mov	$1, %eax
	pop	%rbx
	ret
	.endm

	.macro kind name, once, ready, instruction
	one_loop \name, "\once", "\ready", "\instruction"
	one_loop \name\()_empty, "\once", "\ready"
	.endm

	.text
	kind cpuid, "", "xor %eax, %eax", "cpuid"
	kind vmcall, "", "mov $PING, %eax", "vmcall"
	kind port_device, "mov $PORT_UART_SCRATCH, %edx", "", "out %al, %dx"
	kind port_in, "mov $PORT_UART_SCRATCH, %edx", "", "in %dx, %al"
	kind port_pic, "mov $0xff, %al", "", "out %al, $PORT_PIC_MASK"
	kind port_nobody, "", "", "out %al, $PORT_POST_CODE"
	kind rdmsr, "mov $IA32_APIC_BASE, %ecx", "", "rdmsr"
	kind wrmsr, "mov $IA32_TSC_ADJUST, %ecx; rdmsr", "", "wrmsr"
	/* An even number of times leaves the register as it was. */
	kind cr0, "mov %cr0, %r8", "xor $CR0_NE, %r8", "mov %r8, %cr0"
	kind mmio_read, "mov $NO_MEMORY, %r8d", "", "mov (%r8), %eax"
	/* To a flash chip this is the command to go on as it does. */
	kind mmio_write, "mov $NO_MEMORY, %r8d; mov $~0, %eax", "", "mov %eax, (%r8)"

	.global bench_refused
bench_refused:
	xor	%eax, %eax
	pop	%rbx
	ret

	.section .note.GNU-stack, "", @progbits
