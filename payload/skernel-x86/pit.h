#pragma once
/*
 * Channel 0 of the programmable interval timer: the PC's clock interrupt.
 *
 * "8254 Programmable Interval Timer", data sheet.
 */
#include "lib/types.h"

#define PIT_HZ	1193182
#define PIT_IRQ 0 /* of the interrupt controller, common/cpu/pic.h */

/*
 * Has the channel count down from count, again and again, and interrupt each
 * time that it is through ("mode 2: rate generator"). count: 0, which means
 * 65536, or 2 and above.
 */
void pit_start(u16 count);

/* Has it count down from count once, and interrupt then ("mode 0"). */
void pit_start_once(u16 count);

/* Counts and interrupts no more; an interrupt not yet taken is withdrawn. */
void pit_stop(void);

/* What the channel has left to count, by the counter latch command. */
u16 pit_left(void);
