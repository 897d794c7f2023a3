#include "pit.h"
#include "cpu/ports.h"

#define CHANNEL_0 0x40
#define COMMAND	  0x43

/* Control words for channel 0: both bytes, binary. */
#define LATCH	       0x00
#define RATE_GENERATOR 0x34
#define TERMINAL_COUNT 0x30

static void start(u8 command, u16 count)
{
	out8(COMMAND, command);
	out8(CHANNEL_0, (u8)count);
	out8(CHANNEL_0, (u8)(count >> 8));
}

void pit_start(u16 count)
{
	start(RATE_GENERATOR, count);
}

void pit_start_once(u16 count)
{
	start(TERMINAL_COUNT, count);
}

/* In mode 0 the output falls at once, and rests until a count is written. */
void pit_stop(void)
{
	out8(COMMAND, TERMINAL_COUNT);
}

u16 pit_left(void)
{
	u8 low;

	out8(COMMAND, LATCH);
	low = in8(CHANNEL_0);
	return (u16)(low | in8(CHANNEL_0) << 8);
}
