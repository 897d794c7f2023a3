#pragma once
/*
 * Every register of the running CPU's local APIC, for tests of what the rest of
 * the kernel never does; cpu/lapic.h is for the rest.
 *
 * SDM: "Local APIC Register Address Map" and "Interrupt Command Register
 * (ICR)". The mode and the place are those that IA32_APIC_BASE holds at that
 * moment.
 */
#include "lib/types.h"

enum apic_register {
	APIC_ID = 0x020,
	APIC_VERSION = 0x030,
	APIC_TASK_PRIORITY = 0x080,
	APIC_LOGICAL_DESTINATION = 0x0d0,
	APIC_DESTINATION_FORMAT = 0x0e0, /* in xAPIC mode only */
	APIC_SPURIOUS = 0x0f0,
	APIC_COMMAND = 0x300,
	APIC_COMMAND_HIGH = 0x310, /* in xAPIC mode only */
	APIC_LVT_TIMER = 0x320,
	APIC_SELF_IPI = 0x3f0, /* in x2APIC mode only */
};

/* IA32_APIC_BASE: "Local APIC Status and Location". */
#define APIC_BASE_EXTD	  BIT(10) /* x2APIC mode */
#define APIC_BASE_EN	  BIT(11)
#define APIC_BASE_ADDRESS 0x000ffffffffff000ull

#define APIC_ID_SHIFT	 24 /* of APIC_ID and destinations, xAPIC mode */
#define APIC_ALL_IDS	 0xff
#define APIC_FLAT_MODEL	 0xffffffffu /* of APIC_DESTINATION_FORMAT */
#define APIC_SOFTWARE_ON BIT(8)	     /* of APIC_SPURIOUS */

#define APIC_TIMER_DEADLINE (2u << 17) /* of APIC_LVT_TIMER */
#define APIC_LVT_MASKED	    BIT(16)

/* Parts of an interrupt command, beside its vector. */
#define APIC_FIXED   (0u << 8)
#define APIC_LOWEST  (1u << 8)
#define APIC_NMI     (4u << 8)
#define APIC_LOGICAL BIT(11)
#define APIC_ASSERT  BIT(14)
#define APIC_SELF    (1u << 18) /* shorthands: the destination is ignored */
#define APIC_ALL     (2u << 18)
#define APIC_OTHERS  (3u << 18)

bool apic_in_x2apic_mode(void);

u32 apic_read(enum apic_register number);
void apic_write(enum apic_register number, u32 value);

/*
 * Sends an interrupt; destination: an APIC ID, 8 bits of them in xAPIC mode,
 * or a logical destination. False: it did not leave in time.
 */
bool apic_send(u32 destination, u32 command);

/* Makes the CPU that with a bit, 0 .. 7, of flat logical destinations. */
void apic_set_flat_bit(u32 bit);
