#pragma once
/*
 * What connects the local APICs and the I/O APIC of a machine: it brings each
 * message to the APICs that it is for.
 *
 * SDM: "Determining IPI Destination", "Lowest Priority Delivery Mode", "Logical
 * Destination Mode in x2APIC Mode".
 *
 * Any CPU may deliver at any time; a message that crosses a change of the
 * destination's registers sees the old ones or the new ones.
 */
#include "apic/apic_message.h"
#include "apic/local_apic.h"

#define APIC_BUS_MAX 255u

/* For the owner to do. index: of the CPU. Called on the deliverer's CPU. */
struct apic_bus_ops {
	/* An interrupt was posted: the CPU must look before it goes on. */
	void (*kick)(void *context, u32 index);
	void (*nmi)(void *context, u32 index);
	void (*init)(void *context, u32 index);
	/* The CPU, if it waits for it, starts at 0x1000 * vector. */
	void (*startup)(void *context, u32 index, u8 vector);
	/* The CPU gets the vector from the 8259A. */
	void (*extint)(void *context, u32 index);
};

/* Complete before the first message; filled by the owner. */
struct apic_bus {
	struct local_apic *apics[APIC_BUS_MAX]; /* that with ID n is apics[n] */
	u32 count;
	const struct apic_bus_ops *ops;
	void *context; /* of ops */
	u32 turn;      /* who got the last message of lowest priority */
};

/*
 * Does what the message says, for each APIC that it is for and that is on. An
 * APIC that software has disabled takes NMI, INIT and SIPI only. False: none
 * has accepted it.
 */
bool apic_bus_deliver(struct apic_bus *bus, const struct apic_message *message);
