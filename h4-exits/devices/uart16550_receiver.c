#include "devices/uart16550_receiver.h"
#include "devices/uart16550_registers.h"

void uart16550_receiver_init(struct uart16550_receiver *receiver,
			     struct device_clock *clock,
			     void (*expire)(struct device_timer *timer,
					    u64 now))
{
	*receiver = (struct uart16550_receiver){
		.clock = clock,
		.timeout = {.deadline = DEVICE_CLOCK_NEVER, .expire = expire},
	};
}

/*
 * Something went in or out: the time-out begins anew, as long as a byte waits
 * to be read.
 */
static void changed(struct uart16550_receiver *receiver)
{
	u64 deadline = DEVICE_CLOCK_NEVER;

	receiver->timed_out = false;
	if (receiver->fifo_mode && receiver->count > 0) {
		deadline =
			device_clock_now(receiver->clock) + receiver->patience;
	}
	device_timer_set(receiver->clock, &receiver->timeout, deadline);
	if (receiver->count > 0 &&
	    (receiver->breaks & BIT(receiver->first)) != 0) {
		receiver->breaks &= (u16)~BIT(receiver->first);
		receiver->errors |= LSR_BI;
	}
}

void uart16550_receiver_clear(struct uart16550_receiver *receiver,
			      bool fifo_mode)
{
	receiver->fifo_mode = fifo_mode;
	receiver->count = 0;
	receiver->breaks = 0;
	changed(receiver);
}

bool uart16550_receiver_is_full(const struct uart16550_receiver *receiver)
{
	return receiver->count ==
	       (receiver->fifo_mode ? UART16550_FIFO_SIZE : 1);
}

void uart16550_receiver_put(struct uart16550_receiver *receiver, u8 byte,
			    bool is_break)
{
	unsigned int at;

	if (uart16550_receiver_is_full(receiver)) {
		receiver->errors |= LSR_OE;
		if (receiver->fifo_mode) {
			return;
		}
		receiver->count = 0;
	}
	at = (receiver->first + receiver->count) % UART16550_FIFO_SIZE;
	receiver->fifo[at] = byte;
	receiver->breaks &= (u16)~BIT(at);
	receiver->breaks |= is_break ? (u16)BIT(at) : 0;
	receiver->count++;
	changed(receiver);
}

u8 uart16550_receiver_take(struct uart16550_receiver *receiver)
{
	u8 byte = receiver->fifo[receiver->first];

	if (receiver->count > 0) {
		receiver->count--;
		receiver->first = (receiver->first + 1) % UART16550_FIFO_SIZE;
		changed(receiver);
	}
	return byte;
}

u8 uart16550_receiver_status(struct uart16550_receiver *receiver)
{
	u8 status = receiver->errors;

	if (receiver->count > 0) {
		status |= LSR_DR;
	}
	if (receiver->fifo_mode &&
	    ((status & LSR_BI) != 0 || receiver->breaks != 0)) {
		status |= LSR_FIFO_ERROR;
	}
	receiver->errors = 0;
	return status;
}
