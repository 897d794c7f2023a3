#pragma once
/*
 * The two interrupt controllers of a PC: sixteen inputs, one output INTR to
 * the CPU. The second controller hangs on input 2 of the first. See
 * pic8259_chip.h for one of them.
 */
#include "devices/bus.h"
#include "devices/device_clock.h"
#include "devices/irq_line.h"
#include "devices/pic8259_chip.h"

#define PIC8259_INPUTS 16u

struct pic8259 {
	struct pic8259_chip master;
	struct pic8259_chip slave;
	bool intr; /* the output: an interrupt waits for the CPU */
	struct device_clock *clock; /* of the devices at the inputs */
};

/*
 * Puts the pair on the bus of the ports, in the state in which firmware hands
 * a PC over: vectors 08H .. 0FH and 70H .. 77H; the masks that the BIOS of
 * Bochs leaves, B8H, which lets the timer through, and 8FH, which does not let
 * the clock through; level-triggered is the SCI alone. The clock hears when an
 * input is masked or not any more. Errors: bus_add().
 */
struct error pic8259_attach(struct pic8259 *pic, struct bus *ports,
			    struct device_clock *clock);

/* The line to input 0 .. 15. Input 2 is taken: nothing can be said there. */
struct irq_line pic8259_line(struct pic8259 *pic, unsigned int input);

/* Is INTR high: would the CPU get a vector? Cheap: one load. */
static inline bool pic8259_pending(const struct pic8259 *pic)
{
	return pic->intr;
}

/*
 * The CPU acknowledges: the vector, 0 .. 255, of the interrupt of highest
 * priority, which is in service from now on. Without any, that of input 7 of
 * the first controller; it is not in service then ("spurious interrupt").
 */
u8 pic8259_acknowledge(struct pic8259 *pic);
