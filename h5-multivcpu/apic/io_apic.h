#pragma once
/*
 * The I/O APIC of a PC: 24 pins, and for each an entry that says what message
 * its interrupt becomes.
 *
 * "82093AA I/O Advanced Programmable Interrupt Controller (IOAPIC)" (data
 * sheet), with the EOI register of version 20H: "Intel I/O Controller Hub 9
 * (ICH9) Family Datasheet", section "Advanced Programmable Interrupt Controller
 * (APIC)".
 *
 * A message is on its way at once, so the delivery status is always idle. The
 * I/O APIC knows no lock: registers, lines and EOIs come one after the other.
 */
#include "apic/apic_bus.h"
#include "devices/bus.h"
#include "devices/device_clock.h"
#include "devices/irq_line.h"

#define IO_APIC_PINS 24u
#define IO_APIC_SIZE 0x1000u /* from MACHINE_IO_APIC_BASE on */

/* A bit n of a u32 speaks of pin n. */
struct io_apic {
	u64 entries[IO_APIC_PINS]; /* redirection table */
	u32 lines;		   /* pins that are high */
	u32 waiting;		   /* entries with remote IRR set */
	u32 id;			   /* of its register: bits 27:24 */
	u8 selected;		   /* the register that the window shows */
	struct apic_bus *apics;

	/*
	 * A level that stays interrupts again after each EOI. On a PC that
	 * takes the message some time, in which the CPU gets on; here the CPU
	 * would get nowhere. So a pin that does so again and again is made to
	 * wait.
	 */
	struct device_clock *clock;
	struct device_timer again;
	u32 later;		  /* pins that wait for the timer */
	u8 repeats[IO_APIC_PINS]; /* since the pin was inactive */
};

/*
 * So many times in a row a level interrupts at once, then after a while, ns,
 * which doubles each time, up to 12.8 ms: longer than any handler takes.
 */
#define IO_APIC_REPEATS_MAX   32u
#define IO_APIC_REPEAT_NS     50000ull
#define IO_APIC_DOUBLINGS_MAX 8u

/*
 * Puts it on the bus of the memory addresses, reset. apics: where messages go;
 * clock: see above. Errors: bus_add().
 */
struct error io_apic_attach(struct io_apic *io_apic, struct bus *memory,
			    struct apic_bus *apics, struct device_clock *clock);

/* As after power-up: everything masked. The lines keep their levels. */
void io_apic_reset(struct io_apic *io_apic);

/* The line to pin 0 .. 23. */
struct irq_line io_apic_line(struct io_apic *io_apic, unsigned int pin);

/*
 * A CPU has ended its service of a level-triggered interrupt. A pin that is
 * active still interrupts again.
 */
void io_apic_eoi(struct io_apic *io_apic, u8 vector);
