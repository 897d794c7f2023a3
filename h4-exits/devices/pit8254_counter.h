#pragma once
/*
 * What counts in a channel of the timer: "8254 Programmable Interval Timer"
 * (data sheet), its sections on the modes.
 *
 * The chip counts down once for each clock pulse. Here nothing runs: whoever
 * wants to know tells the counter how far time has come, and it computes what
 * so many pulses have made of it, in a few steps however many they are. So
 * these functions take the pulses since power-on.
 *
 * Where the data sheet leaves something open: nothing counts before the first
 * count is there. Modes 2 and 3 ask for a count of 2 or more; with 1 their OUT
 * stays high. In BCD, a digit above nine weighs what it says.
 */
#include "lib/types.h"

#define PIT8254_COUNTER_NEVER UINT64_MAX

struct pit8254_counter {
	u64 pulse;   /* the state below is that after so many clock pulses */
	u8 mode;     /* as in the Control Word: 0 .. 7 */
	bool bcd;    /* decimal: it wraps at 10000, not at 65536 */
	u16 initial; /* Count Register: what the guest wrote */
	u32 value;   /* Counting Element; where it wraps stands for 0 as well */
	u32 loaded;  /* what it was loaded with */
	bool gate;
	bool out;
	bool has_count;	 /* a count was written since the Control Word */
	bool loading;	 /* the next pulse loads the counter */
	bool counting;	 /* the pulses after it count down */
	bool armed;	 /* modes 0, 1, 4, 5: OUT changes at zero */
	bool null_count; /* what was written is not in the counter yet */
};

/* Lets time come to so many pulses. The fields above are true then. */
void pit8254_counter_advance(struct pit8254_counter *counter, u64 pulse);

/* A Control Word. mode: 0 .. 7, where 6 is 2 and 7 is 3. */
void pit8254_counter_start(struct pit8254_counter *counter, u64 pulse,
			   unsigned int mode, bool bcd);

/* The first of two bytes of a count was written; and all of a count. */
void pit8254_counter_half_written(struct pit8254_counter *counter, u64 pulse);
void pit8254_counter_write(struct pit8254_counter *counter, u64 pulse,
			   u16 count);

/* The count as a guest sees it, at the pulse that was advanced to. */
u16 pit8254_counter_read(const struct pit8254_counter *counter);

/* The input GATE, whose rising edge is a trigger. */
void pit8254_counter_set_gate(struct pit8254_counter *counter, u64 pulse,
			      bool gate);

/*
 * The pulse, later than the one that was advanced to, at which OUT will next go
 * from low to high; PIT8254_COUNTER_NEVER if it will not.
 */
u64 pit8254_counter_next_rise(const struct pit8254_counter *counter);
