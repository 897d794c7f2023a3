#include "console/uart.h"
#include "cpu/instructions.h"
#include "cpu/ports.h"

/* Registers of the UART, as offsets from its first port. */
enum uart_register {
	UART_DATA = 0, /* divisor's low byte while DLAB is set */
	UART_IER = 1,  /* interrupt enable; divisor's high byte */
	UART_FCR = 2,  /* FIFO control */
	UART_LCR = 3,  /* line control */
	UART_MCR = 4,  /* modem control */
	UART_LSR = 5,  /* line status */
};

#define IER_RECEIVED	     0x01
#define FCR_ENABLE_AND_CLEAR 0x07
#define LCR_8N1		     0x03
#define LCR_DLAB	     0x80
#define MCR_DTR_RTS	     0x03
#define MCR_OUT2	     0x08 /* lets the interrupt line out of the chip */
#define LSR_DATA_READY	     0x01
#define LSR_THRE	     0x20 /* the transmitter takes another byte */
#define LSR_TEMT	     0x40 /* the transmitter is empty altogether */
#define LSR_NO_UART	     0xff /* what a PC answers where no chip is */

/*
 * A PC without the port answers 0xff to every read, which looks like "ready",
 * so no wait is endless there; this bound is for a UART that is stuck.
 */
#define POLLS_MAX 10000000

static void write(u16 port, enum uart_register reg, u8 value)
{
	out8((u16)(port + reg), value);
}

static u8 line_status(u16 port)
{
	return in8((u16)(port + UART_LSR));
}

static void wait_for(u16 port, u8 status)
{
	for (u32 i = 0; i < POLLS_MAX; i++) {
		if ((line_status(port) & status) != 0) {
			return;
		}
		cpu_pause();
	}
}

void uart_init(u16 port, enum uart_fifos fifos)
{
	write(port, UART_IER, 0);
	write(port, UART_LCR, LCR_DLAB);
	write(port, UART_DATA, 1);
	write(port, UART_IER, 0);
	write(port, UART_LCR, LCR_8N1);
	write(port, UART_FCR,
	      fifos == UART_WITH_FIFOS ? FCR_ENABLE_AND_CLEAR : 0);
	write(port, UART_MCR, MCR_DTR_RTS);
}

void uart_send(u16 port, u8 byte)
{
	wait_for(port, LSR_THRE);
	write(port, UART_DATA, byte);
}

void uart_flush(u16 port)
{
	wait_for(port, LSR_TEMT);
}

bool uart_receive(u16 port, u8 *byte)
{
	u8 status = line_status(port);

	if (status == LSR_NO_UART || (status & LSR_DATA_READY) == 0) {
		return false;
	}
	*byte = in8((u16)(port + UART_DATA));
	return true;
}

void uart_receive_interrupt(u16 port, bool on)
{
	write(port, UART_MCR, on ? MCR_DTR_RTS | MCR_OUT2 : MCR_DTR_RTS);
	write(port, UART_IER, on ? IER_RECEIVED : 0);
}
