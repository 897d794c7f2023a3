/*
 * Prints its modules, and whether it was given ACPI's root pointer, of which
 * multiboot2 has a tag for the old format and one for the new.
 */
#define GUEST_HEADER_TAGS                                              \
	.short	MULTIBOOT2_HEADER_TAG_INFORMATION_REQUEST, 0;         \
	.long	16, MULTIBOOT2_TAG_MODULE, MULTIBOOT2_TAG_ACPI_NEW;
#include "guest.inc"

#define TAG_SIZE	  4
#define TAG_BODY	  8
#define TAG_MODULE_END	  12
#define TAG_MODULE_STRING 16

	.text
	.global start
start:
	movl	$physical(stack_top), %esp
	cld
	leal	8(%ebx), %ebx
next_tag:
	cmpl	$MULTIBOOT2_TAG_END, (%ebx)
	je	halt
	cmpl	$MULTIBOOT2_TAG_MODULE, (%ebx)
	je	module
	cmpl	$MULTIBOOT2_TAG_ACPI_OLD, (%ebx)
	je	acpi
	cmpl	$MULTIBOOT2_TAG_ACPI_NEW, (%ebx)
	je	acpi
skip_tag:
	movl	TAG_SIZE(%ebx), %eax
	addl	$MULTIBOOT2_INFO_ALIGN - 1, %eax
	andl	$-MULTIBOOT2_INFO_ALIGN, %eax
	addl	%eax, %ebx
	jmp	next_tag
module:
	say	"module: "
	leal	TAG_MODULE_STRING(%ebx), %esi
	call	print
	say	"\n"
	movl	TAG_BODY(%ebx), %esi
	movl	TAG_MODULE_END(%ebx), %ecx
	call	print_range
	jmp	skip_tag
acpi:
	leal	TAG_BODY(%ebx), %esi
	leal	TAG_BODY + 8(%ebx), %ecx
	call	print_range
	say	"\n"
	jmp	skip_tag
halt:
	cli
	hlt
	jmp	halt
