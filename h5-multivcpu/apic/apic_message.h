#pragma once
/*
 * What local APICs and the I/O APIC send each other.
 *
 * SDM: "Interrupt Command Register (ICR)" and "Determining IPI Destination".
 */
#include "lib/types.h"

/* As the ICR, the LVT and the I/O APIC's table encode them. 3 is reserved. */
enum apic_delivery_mode {
	APIC_FIXED = 0,
	APIC_LOWEST_PRIORITY = 1,
	APIC_SMI = 2,
	APIC_NMI = 4,
	APIC_INIT = 5,
	APIC_STARTUP = 6, /* SIPI; not from the I/O APIC, nor in the LVT */
	APIC_EXTINT = 7,  /* the 8259A has the vector; not from the ICR */
};

/* All APICs. Who has 8 bits for a destination writes 0xff for it. */
#define APIC_BROADCAST	     UINT32_MAX
#define APIC_XAPIC_BROADCAST 0xffu

#define APIC_NOBODY UINT32_MAX

struct apic_message {
	u32 destination; /* APIC_BROADCAST; or as logical says */
	u32 all_but;	 /* the ID of one that it is not for, or APIC_NOBODY */
	u8 mode;	 /* enum apic_delivery_mode */
	u8 vector;	 /* of FIXED, LOWEST_PRIORITY and STARTUP */
	bool logical;	 /* destination is an MDA, not an APIC ID */
	bool level;	 /* level-triggered: its EOI is waited for */
};

/* A destination of 8 bits as one of 32. */
static inline u32 apic_message_destination(u8 destination)
{
	return destination == APIC_XAPIC_BROADCAST ? APIC_BROADCAST
						   : destination;
}
