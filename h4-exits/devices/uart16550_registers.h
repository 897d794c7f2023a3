#pragma once
/*
 * The registers of a 16550, named as its data sheet names them.
 */

/* Offsets from the first port. */
enum uart_register {
	UART_RBR_THR = 0, /* the divisor's low byte while DLAB is set */
	UART_IER = 1,	  /* the divisor's high byte while DLAB is set */
	UART_IIR_FCR = 2,
	UART_LCR = 3,
	UART_MCR = 4,
	UART_LSR = 5,
	UART_MSR = 6,
	UART_SCR = 7,
};

#define IER_ERBFI 0x01 /* received data available */
#define IER_ETBEI 0x02 /* transmitter holding register empty */
#define IER_ELSI  0x04 /* receiver line status */
#define IER_EDSSI 0x08 /* modem status */
#define IER_MASK  0x0f

/* Interrupt Identification, highest priority first. */
#define IIR_LINE_STATUS 0x06
#define IIR_DATA	0x04
#define IIR_TIMEOUT	0x0c
#define IIR_THR_EMPTY	0x02
#define IIR_MODEM	0x00
#define IIR_NONE	0x01
#define IIR_FIFO_MODE	0xc0

#define FCR_ENABLE	 0x01
#define FCR_CLEAR	 0x02 /* the receiver's; the transmitter's is empty */
#define FCR_TRIGGER(fcr) ((fcr) >> 6)

#define LCR_WORD_LENGTH 0x03 /* 5 bits, and so many more */
#define LCR_STOP_BITS	0x04
#define LCR_PARITY	0x08
#define LCR_BREAK	0x40
#define LCR_DLAB	0x80

#define MCR_DTR	 0x01
#define MCR_RTS	 0x02
#define MCR_OUT1 0x04
#define MCR_OUT2 0x08 /* on a PC: lets the interrupt out to the line */
#define MCR_LOOP 0x10
#define MCR_MASK 0x1f

#define LSR_DR	       0x01
#define LSR_OE	       0x02
#define LSR_BI	       0x10
#define LSR_THRE       0x20
#define LSR_TEMT       0x40
#define LSR_FIFO_ERROR 0x80

#define MSR_DELTAS 0x0f
#define MSR_TERI   0x04
#define MSR_CTS	   0x10
#define MSR_DSR	   0x20
#define MSR_RI	   0x40
#define MSR_DCD	   0x80
