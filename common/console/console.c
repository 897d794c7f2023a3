#include "console/console.h"
#include "cpu/instructions.h"
#include "cpu/ports.h"
#include "lib/types.h"

/* Registers of the UART, as offsets from its first port. */
enum uart_register {
	UART_DATA = 0, /* divisor's low byte while DLAB is set */
	UART_IER = 1,  /* interrupt enable; divisor's high byte */
	UART_FCR = 2,  /* FIFO control */
	UART_LCR = 3,  /* line control */
	UART_MCR = 4,  /* modem control */
	UART_LSR = 5,  /* line status */
};

#define COM1 0x3f8

#define FCR_ENABLE_AND_CLEAR 0x07
#define LCR_8N1		     0x03
#define LCR_DLAB	     0x80
#define MCR_DTR_RTS	     0x03
#define LSR_THRE	     0x20 /* the transmitter takes another byte */
#define LSR_TEMT	     0x40 /* the transmitter is empty altogether */

/*
 * A PC without COM1 answers 0xff to every read, which looks like "ready", so
 * no wait is endless there; this bound is for a UART that is stuck.
 */
#define POLLS_MAX 10000000

static void uart_write(enum uart_register reg, u8 value)
{
	out8((u16)(COM1 + reg), value);
}

static void wait_for(u8 status)
{
	for (u32 i = 0; i < POLLS_MAX; i++) {
		if ((in8(COM1 + UART_LSR) & status) != 0) {
			return;
		}
		cpu_pause();
	}
}

void console_flush(void)
{
	wait_for(LSR_TEMT);
}

void console_init(void)
{
	/* Whoever had the UART before may still be sending. */
	console_flush();
	uart_write(UART_IER, 0);
	uart_write(UART_LCR, LCR_DLAB);
	uart_write(UART_DATA, 1);
	uart_write(UART_IER, 0);
	uart_write(UART_LCR, LCR_8N1);
	uart_write(UART_FCR, FCR_ENABLE_AND_CLEAR);
	uart_write(UART_MCR, MCR_DTR_RTS);
}

static void send(char c)
{
	wait_for(LSR_THRE);
	uart_write(UART_DATA, (u8)c);
}

void console_write(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n') {
			send('\r');
		}
		send(text[i]);
	}
}
