#include "console/console.h"
#include "console/uart.h"

void console_flush(void)
{
	uart_flush(UART_COM1);
}

void console_init(void)
{
	/* Whoever had the UART before may still be sending. */
	console_flush();
	uart_init(UART_COM1);
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
