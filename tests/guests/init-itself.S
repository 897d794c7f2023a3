/* Sends its CPU, which is the boot processor, an INIT. */
#include "guest.inc"

#define APIC_ICR_LOW   0xfee00300
#define APIC_ICR_HIGH  0xfee00310
#define INIT_TO_APIC_0 0x4500 /* physical destination, asserted, INIT */

	.text
	.global start
start:
	movl	$physical(stack_top), %esp
	cli
	say	"init-itself: now\n"
	movl	$0, APIC_ICR_HIGH
	movl	$INIT_TO_APIC_0, APIC_ICR_LOW
	say	"wrong: there is no INIT\n"
	hlt
