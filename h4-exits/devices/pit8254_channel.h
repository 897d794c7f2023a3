#pragma once
/*
 * The port of one channel of the timer: "8254 Programmable Interval Timer"
 * (data sheet), its sections on write and read operations. A count has sixteen
 * bits and the port eight; the Control Word says which bytes are wanted.
 *
 * pulse: the clock pulses since power-on, as in pit8254_counter.h.
 */
#include "devices/pit8254_counter.h"

struct pit8254_channel {
	struct pit8254_counter counter;
	u8 control;	 /* bits 5 .. 0 of the Control Word */
	bool write_high; /* the next write is that of the high byte */
	bool read_high;	 /* the next read is that of the high byte */
	u8 low;		 /* the low byte, until the high one comes */
	bool count_latched;
	u16 latched_count;
	bool status_latched;
	u8 latched_status;
};

/* A Control Word for this channel that is not a latch command. */
void pit8254_channel_control(struct pit8254_channel *channel, u64 pulse,
			     u8 control);

void pit8254_channel_write(struct pit8254_channel *channel, u64 pulse, u8 byte);
u8 pit8254_channel_read(struct pit8254_channel *channel, u64 pulse);

/*
 * The counter latch command, and the halves of the read-back command: a later
 * read gives what is true now. Nothing happens while one waits to be read.
 */
void pit8254_channel_latch_count(struct pit8254_channel *channel, u64 pulse);
void pit8254_channel_latch_status(struct pit8254_channel *channel, u64 pulse);
