/* See bios_handlers.h; where the numbers are from: guest_bios.h. */
	.set PIC_MASTER, 0x20
	.set PIC_SLAVE, 0xa0
	.set PIC_EOI, 0x20

	.set BIOS_TICKS, 0x46c
	.set BIOS_TICKS_A_DAY, 0x1800b0
	.set BIOS_MIDNIGHT, 0x470
	.set VECTOR_TICK, 0x1c

	.set FLAGS_ON_STACK, 6 /* above BP, IP and CS */
	.set CARRY, 1
	.set NOT_SUPPORTED, 0x86

	.section .rodata
	.code16
	.global bios_handlers, bios_handlers_end
	.global bios_no_service, bios_return, bios_timer
	.global bios_irq_master, bios_irq_slave
bios_handlers:

bios_no_service:
	pushw	%bp
	movw	%sp, %bp
	orb	$CARRY, FLAGS_ON_STACK(%bp)
	movb	$NOT_SUPPORTED, %ah
	popw	%bp
bios_return:
	iretw

bios_timer:
	pushw	%ds
	pushw	%ax
	xorw	%ax, %ax
	movw	%ax, %ds
	incl	BIOS_TICKS
	cmpl	$BIOS_TICKS_A_DAY, BIOS_TICKS
	jb	1f
	movl	$0, BIOS_TICKS
	movb	$1, BIOS_MIDNIGHT
1:	int	$VECTOR_TICK
	movb	$PIC_EOI, %al
	outb	%al, $PIC_MASTER
	popw	%ax
	popw	%ds
	iretw

bios_irq_slave:
	pushw	%ax
	movb	$PIC_EOI, %al
	outb	%al, $PIC_SLAVE
	popw	%ax
bios_irq_master:
	pushw	%ax
	movb	$PIC_EOI, %al
	outb	%al, $PIC_MASTER
	popw	%ax
	iretw
bios_handlers_end:

	.section .note.GNU-stack, "", @progbits
