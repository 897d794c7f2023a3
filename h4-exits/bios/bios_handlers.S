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
	.global bios_handlers, bios_handlers_size, bios_handler_offsets
	.code16
bios_handlers:
no_service:
	pushw	%bp
	movw	%sp, %bp
	orb	$CARRY, FLAGS_ON_STACK(%bp)
	movb	$NOT_SUPPORTED, %ah
	popw	%bp
return:
	iretw

timer:
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
	popw	%ax
	popw	%ds
	jmp	irq_master

irq_slave:
	pushw	%ax
	movb	$PIC_EOI, %al
	outb	%al, $PIC_SLAVE
	popw	%ax
irq_master:
	pushw	%ax
	movb	$PIC_EOI, %al
	outb	%al, $PIC_MASTER
	popw	%ax
	iretw
handlers_end:

	.balign	4
bios_handlers_size:
	.long	handlers_end - bios_handlers
bios_handler_offsets:
	.short	no_service - bios_handlers
	.short	return - bios_handlers
	.short	timer - bios_handlers
	.short	irq_master - bios_handlers
	.short	irq_slave - bios_handlers

	.section .note.GNU-stack, "", @progbits
