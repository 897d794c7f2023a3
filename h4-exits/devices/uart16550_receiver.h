#pragma once
/*
 * The receiving half of a 16550: what has come in and was not read yet, sixteen
 * bytes in FIFO mode and one without. A break waits in between like a byte, and
 * shows in the line status when it is the next to be read.
 */
#include "devices/device_clock.h"

#define UART16550_FIFO_SIZE 16u

struct uart16550_receiver {
	struct device_clock *clock;
	struct device_timer timeout;
	u64 patience; /* the time-out, in ns: four characters */
	bool timed_out;

	bool fifo_mode;
	unsigned int first; /* the next to be read */
	unsigned int count;
	u8 fifo[UART16550_FIFO_SIZE];
	u16 breaks; /* bit n: fifo[n] is a break that has not shown */
	u8 errors;  /* LSR_OE, LSR_BI */
};

/* Switches it on. expire: called when the time-out is over. */
void uart16550_receiver_init(struct uart16550_receiver *receiver,
			     struct device_clock *clock,
			     void (*expire)(struct device_timer *timer,
					    u64 now));

/* Empties it, and turns FIFO mode on or off. */
void uart16550_receiver_clear(struct uart16550_receiver *receiver,
			      bool fifo_mode);

bool uart16550_receiver_is_full(const struct uart16550_receiver *receiver);

/*
 * A byte comes in. Where there is no room, LSR_OE is set: in FIFO mode the new
 * byte is lost, without it the old one.
 */
void uart16550_receiver_put(struct uart16550_receiver *receiver, u8 byte,
			    bool is_break);

/* The next byte. With none left, whatever lies there. */
u8 uart16550_receiver_take(struct uart16550_receiver *receiver);

/* Its bits of the line status. Errors are shown once. */
u8 uart16550_receiver_status(struct uart16550_receiver *receiver);
