#pragma once
/*
 * The kernel's console: the first serial port, a 16550 UART at 0x3f8.
 */
#include <stddef.h>

#include "console/uart.h"
#include "cpu/pic.h"
#include "lib/types.h"

/* The vector of a received byte, once console_receive_interrupt() is on. */
#define CONSOLE_VECTOR PIC_VECTOR(UART_COM1_IRQ)

/*
 * Programs the UART: 115200 baud, 8 data bits, no parity, FIFOs and interrupts
 * off. What is still being sent is waited for; a byte that has come already
 * is not lost.
 */
void console_init(void);

/* Sends the text, a newline as CR LF. Returns when the UART has taken it. */
void console_write(const char *text, size_t length);

/*
 * Takes the next byte of input as it came, a line end being whatever the other
 * side sends for it (CR from a terminal, LF from a file). False when there is
 * none now. Never waits.
 */
bool console_read(u8 *byte);

/*
 * Has a byte that comes interrupt the CPU from now on, or no more: IRQ 4 of
 * the PIC. The interrupt only ends a HLT, or a guest's run: its handler takes
 * no byte, and there is no other one until console_read() has taken it. So one
 * waits without missing a byte like this:
 *
 *	cli();
 *	while (!console_read(&byte)) {
 *		sti();
 *		hlt();
 *		cli();
 *	}
 *
 * pic_init() has been called before, and lapic_accept_pic() if the local APIC
 * is on. Turned on with a byte waiting, it interrupts at once. console_init()
 * turns it off.
 */
void console_receive_interrupt(bool on);

/*
 * Waits until the last bit has left the shift register. To be called before
 * the machine is switched off, or the last characters are lost.
 */
void console_flush(void);
