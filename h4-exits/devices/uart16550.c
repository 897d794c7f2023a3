#include "devices/uart16550.h"
#include "devices/uart16550_registers.h"

#define CRYSTAL_HZ   1843200u
#define CLOCKS_A_BIT 16u

#define FIRMWARE_DIVISOR 12 /* 9600 baud */
#define FIRMWARE_LCR	 0x03

static unsigned int trigger_level(const struct uart16550 *uart)
{
	static const u8 levels[] = {1, 4, 8, 14};

	return uart->receiver.fifo_mode ? levels[FCR_TRIGGER(uart->fcr)] : 1;
}

/* The bits of the word length that the guest has chosen. */
static u8 word_mask(const struct uart16550 *uart)
{
	return (u8)(0xff >> (3 - (uart->lcr & LCR_WORD_LENGTH)));
}

/* What the chip has to say first. */
static u8 interrupt(const struct uart16550 *uart)
{
	if ((uart->ier & IER_ELSI) != 0 && uart->receiver.errors != 0) {
		return IIR_LINE_STATUS;
	}
	if ((uart->ier & IER_ERBFI) != 0 &&
	    uart->receiver.count >= trigger_level(uart)) {
		return IIR_DATA;
	}
	if ((uart->ier & IER_ERBFI) != 0 && uart->receiver.timed_out) {
		return IIR_TIMEOUT;
	}
	if ((uart->ier & IER_ETBEI) != 0 && uart->thr_empty) {
		return IIR_THR_EMPTY;
	}
	if ((uart->ier & IER_EDSSI) != 0 && (uart->msr & MSR_DELTAS) != 0) {
		return IIR_MODEM;
	}
	return IIR_NONE;
}

/* In loopback the pin OUT2, as every modem output, is inactive. */
static void update_line(struct uart16550 *uart)
{
	irq_line_set(&uart->line,
		     (uart->mcr & (MCR_OUT2 | MCR_LOOP)) == MCR_OUT2 &&
			     interrupt(uart) != IIR_NONE);
}

/* The time-out is four characters, with their start, parity and stop bits. */
static void set_patience(struct uart16550 *uart)
{
	u64 bits = 1 + 5 + (uart->lcr & LCR_WORD_LENGTH) +
		   ((uart->lcr & LCR_PARITY) != 0) + 1 +
		   ((uart->lcr & LCR_STOP_BITS) != 0);
	u64 divisor = uart->divisor == 0 ? 65536 : uart->divisor;

	uart->receiver.patience = device_clock_time(
		4 * bits * divisor * CLOCKS_A_BIT, CRYSTAL_HZ);
}

static void time_out(struct device_timer *timer, u64 now)
{
	struct uart16550 *uart =
		(struct uart16550 *)((u8 *)timer - offsetof(struct uart16550,
							    receiver.timeout));

	(void)now;
	uart->receiver.timed_out = true;
	update_line(uart);
}

bool uart16550_can_receive(const struct uart16550 *uart)
{
	return !uart16550_receiver_is_full(&uart->receiver) &&
	       (uart->mcr & MCR_LOOP) == 0;
}

void uart16550_receive(struct uart16550 *uart, u8 byte)
{
	if ((uart->mcr & MCR_LOOP) == 0) {
		uart16550_receiver_put(&uart->receiver, byte & word_mask(uart),
				       false);
		update_line(uart);
	}
}

/* To read what the interrupt is about ends it, if it is about the THR. */
static u8 read_iir(struct uart16550 *uart)
{
	u8 identification = interrupt(uart);

	if (identification == IIR_THR_EMPTY) {
		uart->thr_empty = false;
	}
	return identification | (uart->receiver.fifo_mode ? IIR_FIFO_MODE : 0);
}

static u8 read_msr(struct uart16550 *uart)
{
	u8 status = uart->msr;

	uart->msr &= (u8)~MSR_DELTAS;
	return status;
}

static bool read(void *device, u64 offset, unsigned int size, u64 *value)
{
	struct uart16550 *uart = device;
	bool divisor = (uart->lcr & LCR_DLAB) != 0;

	(void)size;
	switch ((enum uart_register)offset) {
	case UART_RBR_THR:
		*value = divisor ? uart->divisor & 0xff
				 : uart16550_receiver_take(&uart->receiver);
		break;
	case UART_IER:
		*value = divisor ? uart->divisor >> 8 : uart->ier;
		break;
	case UART_IIR_FCR:
		*value = read_iir(uart);
		break;
	case UART_LCR:
		*value = uart->lcr;
		break;
	case UART_MCR:
		*value = uart->mcr;
		break;
	case UART_LSR:
		*value = LSR_THRE | LSR_TEMT |
			 uart16550_receiver_status(&uart->receiver);
		break;
	case UART_MSR:
		*value = read_msr(uart);
		break;
	case UART_SCR:
		*value = uart->scr;
		break;
	}
	update_line(uart);
	return true;
}

/*
 * The byte is gone as soon as it is there. Its interrupt goes and comes back
 * nevertheless: the line must fall to make another edge.
 */
static void write_thr(struct uart16550 *uart, u8 byte)
{
	uart->thr_empty = false;
	update_line(uart);
	byte &= word_mask(uart);
	if ((uart->mcr & MCR_LOOP) != 0) {
		uart16550_receiver_put(&uart->receiver, byte, false);
	} else {
		uart->transmit(uart->console, byte);
	}
	uart->thr_empty = true;
}

/* The THR is empty: to ask for its interrupt is to get it. */
static void write_ier(struct uart16550 *uart, u8 value)
{
	if ((value & ~uart->ier & IER_ETBEI) != 0) {
		uart->thr_empty = true;
	}
	uart->ier = value & IER_MASK;
}

/* The other bits are programmed only along with the enable bit. */
static void write_fcr(struct uart16550 *uart, u8 value)
{
	bool turned_over = ((value ^ uart->fcr) & FCR_ENABLE) != 0;

	uart->fcr = (value & FCR_ENABLE) != 0 ? value & ~FCR_CLEAR : 0;
	if (turned_over ||
	    ((value & FCR_ENABLE) != 0 && (value & FCR_CLEAR) != 0)) {
		uart16550_receiver_clear(&uart->receiver,
					 (value & FCR_ENABLE) != 0);
	}
}

/* A break is heard by the chip itself in loopback, and by nobody outside. */
static void write_lcr(struct uart16550 *uart, u8 value)
{
	bool begins = (value & ~uart->lcr & LCR_BREAK) != 0;

	uart->lcr = value;
	set_patience(uart);
	if (begins && (uart->mcr & MCR_LOOP) != 0) {
		uart16550_receiver_put(&uart->receiver, 0, true);
	}
}

/* The modem's lines: a terminal's, or in loopback our own outputs. */
static u8 modem_lines(const struct uart16550 *uart)
{
	u8 mcr = uart->mcr;

	if ((mcr & MCR_LOOP) == 0) {
		return MSR_CTS | MSR_DSR | MSR_DCD;
	}
	return ((mcr & MCR_RTS) != 0 ? MSR_CTS : 0) |
	       ((mcr & MCR_DTR) != 0 ? MSR_DSR : 0) |
	       ((mcr & MCR_OUT1) != 0 ? MSR_RI : 0) |
	       ((mcr & MCR_OUT2) != 0 ? MSR_DCD : 0);
}

static void write_mcr(struct uart16550 *uart, u8 value)
{
	u8 before = uart->msr;
	u8 lines, deltas;

	uart->mcr = value & MCR_MASK;
	lines = modem_lines(uart);
	/* Each delta lies four bits below its line; TERI is for a fall only. */
	deltas = (u8)((before ^ lines) >> 4);
	if ((lines & MSR_RI) != 0) {
		deltas &= (u8)~MSR_TERI;
	}
	uart->msr = lines | (before & MSR_DELTAS) | deltas;
}

static void set_divisor(struct uart16550 *uart, unsigned int shift, u8 value)
{
	uart->divisor =
		(u16)((uart->divisor & ~(0xff << shift)) | value << shift);
}

RARELY static void write_register(struct uart16550 *uart,
				  enum uart_register number, u8 byte)
{
	bool divisor = (uart->lcr & LCR_DLAB) != 0;

	switch (number) {
	case UART_RBR_THR:
		if (divisor) {
			set_divisor(uart, 0, byte);
		} else {
			write_thr(uart, byte);
		}
		break;
	case UART_IER:
		if (divisor) {
			set_divisor(uart, 8, byte);
		} else {
			write_ier(uart, byte);
		}
		break;
	case UART_IIR_FCR:
		write_fcr(uart, byte);
		break;
	case UART_LCR:
		write_lcr(uart, byte);
		break;
	case UART_MCR:
		write_mcr(uart, byte);
		break;
	case UART_LSR: /* both are read-only */
	case UART_MSR:
	case UART_SCR: /* means nothing to the chip: see write() */
		break;
	}
	update_line(uart);
}

static bool write(void *device, u64 offset, unsigned int size, u64 value)
{
	struct uart16550 *uart = device;

	(void)size;
	if (offset == UART_SCR) {
		uart->scr = (u8)value;
	} else {
		write_register(uart, (enum uart_register)offset, (u8)value);
	}
	return true;
}

static const struct bus_ops ops = {read, write, 1};

struct error uart16550_attach(struct uart16550 *uart, struct bus *ports,
			      u64 first_port, struct device_clock *clock,
			      struct irq_line line,
			      void (*transmit)(void *console, u8 byte),
			      void *console)
{
	*uart = (struct uart16550){
		.line = line,
		.transmit = transmit,
		.console = console,
		.divisor = FIRMWARE_DIVISOR,
		.lcr = FIRMWARE_LCR,
		.thr_empty = true,
	};
	uart->msr = modem_lines(uart);
	uart16550_receiver_init(&uart->receiver, clock, time_out);
	set_patience(uart);
	return bus_add(ports, (struct bus_range){first_port, first_port + 7,
						 &ops, uart, "16550A"});
}
