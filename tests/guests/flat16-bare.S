/* A boot sector's start: real mode, wherever it lies in its first 64 KiB. */
#define COM1		 0x3f8
#define COM1_LINE_STATUS (COM1 + 5)
#define LINE_CAN_SEND	 0x20
#define HARD_DISK	 0x80

	.code16
	.text
	.global start
start:
	cmpb	$HARD_DISK, %dl
	jne	halt
	call	here	/* there is a stack */
here:	popw	%si
	addw	$greeting - here, %si
	movw	%cs, %ax
	movw	%ax, %ds
	cld
1:	lodsb
	testb	%al, %al
	jz	halt
	movb	%al, %ah
	movw	$COM1_LINE_STATUS, %dx
2:	inb	%dx, %al
	testb	$LINE_CAN_SEND, %al
	jz	2b
	movb	%ah, %al
	movw	$COM1, %dx
	outb	%al, %dx
	jmp	1b
halt:
	cli
	hlt
	jmp	halt
greeting:
	.asciz	"hello from real mode\n"
