#pragma once
/*
 * A serial port: "PC16550D Universal Asynchronous Receiver/Transmitter with
 * FIFOs" (data sheet).
 *
 * No wire is behind it: a byte that the guest transmits is at the machine's
 * console at once, so the transmitter is always empty, and what the console has
 * to say comes in whole bytes. The modem lines say that a terminal is there and
 * ready. The line speed matters in one place only: the character time-out.
 */
#include "devices/bus.h"
#include "devices/irq_line.h"
#include "devices/uart16550_receiver.h"

struct uart16550 {
	struct irq_line line;
	void (*transmit)(void *console, u8 byte);
	void *console;

	struct uart16550_receiver receiver;
	u16 divisor;
	u8 ier;
	u8 fcr;
	u8 lcr;
	u8 mcr;
	u8 msr;
	u8 scr;
	bool thr_empty; /* the interrupt, not the state */
};

/*
 * Puts the port on the bus at first_port .. first_port + 7, as firmware leaves
 * it: 9600 baud, 8 data bits, no interrupts. transmit gets each byte that is
 * sent, with console. Errors: bus_add().
 */
struct error uart16550_attach(struct uart16550 *uart, struct bus *ports,
			      u64 first_port, struct device_clock *clock,
			      struct irq_line line,
			      void (*transmit)(void *console, u8 byte),
			      void *console);

/* Is there room for a byte? In loopback the chip hears nothing outside. */
bool uart16550_can_receive(const struct uart16550 *uart);

/*
 * A byte from the console. Where there is no room it is an overrun, which the
 * guest sees; in loopback it is lost.
 */
void uart16550_receive(struct uart16550 *uart, u8 byte);
