#include "console/console.h"
#include "cpu/traps.h"

void console_flush(void)
{
	uart_flush(UART_COM1);
}

/*
 * Without FIFOs every machine holds the sender back until the byte before has
 * been read. With them, Bochs goes on taking bytes from a terminal and drops
 * what the full FIFO cannot hold.
 */
void console_init(void)
{
	/* Whoever had the UART before may still be sending. */
	console_flush();
	uart_init(UART_COM1, UART_WITHOUT_FIFOS);
}

void console_send(u8 byte)
{
	uart_send(UART_COM1, byte);
}

void console_write(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n') {
			uart_send(UART_COM1, '\r');
		}
		uart_send(UART_COM1, (u8)text[i]);
	}
}

bool console_read(u8 *byte)
{
	return uart_receive(UART_COM1, byte);
}

/* The line stays up until the byte is read, and only its rise interrupts. */
static void on_byte(struct trap_frame *frame)
{
	(void)frame;
	pic_eoi(UART_COM1_IRQ);
}

void console_receive_interrupt(bool on)
{
	if (on) {
		traps_set_handler(CONSOLE_VECTOR, on_byte);
		pic_unmask(UART_COM1_IRQ);
	}
	uart_receive_interrupt(UART_COM1, on);
}
