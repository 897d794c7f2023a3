#pragma once
/*
 * The timer of a PC: "8254 Programmable Interval Timer" (data sheet), its three
 * channels as the PC/AT wires them.
 *
 * Channel 0 drives IRQ 0. Channel 1 timed the refresh of memory. Channel 2 is
 * the speaker's; port 61H has its GATE (bit 0) and its OUT (bit 5), by which a
 * kernel finds how fast its TSC runs.
 */
#include "devices/bus.h"
#include "devices/device_clock.h"
#include "devices/irq_line.h"
#include "devices/pit8254_channel.h"

#define PIT8254_HZ 1193182u

struct pit8254 {
	struct pit8254_channel channels[3];
	struct device_clock *clock;
	struct irq_line line;
	struct device_timer rise; /* of channel 0's OUT */
	u64 rose;		  /* when it did last, in ns */
	u8 system_b;		  /* what was written to port 61H */
};

/*
 * Puts the timer on the bus of the ports, as firmware leaves it: channel 0 in
 * mode 3 with a count of 65536, 18.2 interrupts a second; channel 1 in mode 2
 * with 18; channel 2 in mode 3 without a count, its GATE low. Errors:
 * bus_add().
 *
 * line: channel 0's. It hears of the rising edges of OUT, each as a low and a
 * high, but not of the falling ones in between; and of one edge in 50 us,
 * however short the count.
 */
struct error pit8254_attach(struct pit8254 *pit, struct bus *ports,
			    struct device_clock *clock, struct irq_line line);
