/*
 * Reads and writes where its RAM is not, a word every 2 MiB up to where devices
 * begin: whatever is there in the host, here it is nothing, which reads as
 * ones. The same with ports that the hypervisor has for itself: the disk's,
 * which is told to write, and the second serial port's.
 */
#include "guest.inc"

#define STEP	0x200000
#define DEVICES 0xc0000000
#define NOTHING 0xffffffff

#define ATA_COUNT     0x1f2
#define ATA_COMMAND   0x1f7
#define WRITE_SECTORS 0x30
#define COM2_STATUS   0x2fd

	.text
	.global start
start:
	movl	$physical(stack_top), %esp
	cld

	end_of_ram %edi

1:	movl	(%edi), %eax
	cmpl	$NOTHING, %eax
	jne	memory
	movl	%edi, (%edi)
	movl	(%edi), %eax
	cmpl	$NOTHING, %eax
	jne	memory
	addl	$STEP, %edi
	cmpl	$DEVICES, %edi
	jb	1b
	say	"beyond-ram: no memory there\n"

	movw	$ATA_COUNT, %dx
	movb	$1, %al
	outb	%al, %dx
	movw	$ATA_COMMAND, %dx
	movb	$WRITE_SECTORS, %al
	outb	%al, %dx
	inb	%dx, %al
	cmpb	$0xff, %al
	jne	device
	movw	$COM2_STATUS, %dx
	inb	%dx, %al
	cmpb	$0xff, %al
	jne	device
	say	"beyond-ram: no devices there\n"
halt:
	cli
	hlt
	jmp	halt
memory:
	say	"wrong: there is memory\n"
	jmp	halt
device:
	say	"wrong: there is a device\n"
	jmp	halt
