#pragma once
/*
 * The kernel's console: the first serial port, a 16550 UART at 0x3f8.
 */
#include <stddef.h>

/*
 * Programs the UART: 115200 baud, 8 data bits, no parity, FIFOs on. What is
 * still being sent is waited for.
 */
void console_init(void);

/* Sends the text, a newline as CR LF. Returns when the UART has taken it. */
void console_write(const char *text, size_t length);

/*
 * Waits until the last bit has left the shift register. To be called before
 * the machine is switched off, or the last characters are lost.
 */
void console_flush(void);
