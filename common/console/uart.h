#pragma once
/*
 * A 16550 UART, the chip of a PC's serial ports.
 *
 * "PC16550D Universal Asynchronous Receiver/Transmitter with FIFOs", data
 * sheet, for the registers and their bits.
 */
#include "lib/types.h"

/* The first of the eight ports of each UART, and its interrupt. */
#define UART_COM1     0x3f8
#define UART_COM2     0x2f8
#define UART_COM1_IRQ 4
#define UART_COM2_IRQ 3

/* FIFOs: 16 bytes each way. */
enum uart_fifos {
	UART_WITHOUT_FIFOS,
	UART_WITH_FIFOS,
};

/*
 * Programs the UART at port: 115200 baud, 8 data bits, no parity, no
 * interrupts. Switching the FIFOs on empties them. Where they were off and
 * stay off, a byte that has come stays there to be received.
 */
void uart_init(u16 port, enum uart_fifos fifos);

/* Sends a byte; returns when the UART has taken it. */
void uart_send(u16 port, u8 byte);

/* Waits until the last bit has left the shift register. */
void uart_flush(u16 port);

/* Takes a byte that has come; false when there is none. */
bool uart_receive(u16 port, u8 *byte);

/* Has the UART interrupt while received bytes wait, or not. */
void uart_receive_interrupt(u16 port, bool on);
