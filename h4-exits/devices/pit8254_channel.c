#include "devices/pit8254_channel.h"

/* The Control Word, of which the upper two bits chose the channel. */
#define CONTROL_MASK	      0x3f
#define CONTROL_BCD	      0x01
#define CONTROL_MODE(control) ((control) >> 1 & 7)
#define CONTROL_RW	      0x30
#define RW_LOW		      0x10
#define RW_HIGH		      0x20
#define RW_BOTH		      0x30
#define STATUS_OUT	      0x80
#define STATUS_NULL	      0x40

void pit8254_channel_control(struct pit8254_channel *channel, u64 pulse,
			     u8 control)
{
	*channel = (struct pit8254_channel){
		.counter = channel->counter,
		.control = control & CONTROL_MASK,
	};
	pit8254_counter_start(&channel->counter, pulse, CONTROL_MODE(control),
			      (control & CONTROL_BCD) != 0);
}

void pit8254_channel_write(struct pit8254_channel *channel, u64 pulse, u8 byte)
{
	u16 count = byte;

	switch (channel->control & CONTROL_RW) {
	case RW_LOW:
		break;
	case RW_HIGH:
		count = (u16)(byte << 8);
		break;
	default:
		channel->write_high = !channel->write_high;
		if (channel->write_high) {
			channel->low = byte;
			pit8254_counter_half_written(&channel->counter, pulse);
			return;
		}
		count = (u16)(byte << 8 | channel->low);
		break;
	}
	pit8254_counter_write(&channel->counter, pulse, count);
}

static u16 count_now(struct pit8254_channel *channel, u64 pulse)
{
	pit8254_counter_advance(&channel->counter, pulse);
	return pit8254_counter_read(&channel->counter);
}

u8 pit8254_channel_read(struct pit8254_channel *channel, u64 pulse)
{
	u8 access = channel->control & CONTROL_RW;
	bool high = access == RW_HIGH;
	u16 count;

	if (channel->status_latched) {
		channel->status_latched = false;
		return channel->latched_status;
	}
	count = channel->count_latched ? channel->latched_count
				       : count_now(channel, pulse);
	if (access == RW_BOTH) {
		high = channel->read_high;
		channel->read_high = !high;
	}
	/* The last byte that is wanted sets the latch free. */
	if (high || access != RW_BOTH) {
		channel->count_latched = false;
	}
	return (u8)(high ? count >> 8 : count);
}

void pit8254_channel_latch_count(struct pit8254_channel *channel, u64 pulse)
{
	if (!channel->count_latched) {
		channel->latched_count = count_now(channel, pulse);
		channel->count_latched = true;
	}
}

void pit8254_channel_latch_status(struct pit8254_channel *channel, u64 pulse)
{
	const struct pit8254_counter *counter = &channel->counter;

	if (channel->status_latched) {
		return;
	}
	pit8254_counter_advance(&channel->counter, pulse);
	channel->latched_status = (counter->out ? STATUS_OUT : 0) |
				  (counter->null_count ? STATUS_NULL : 0) |
				  channel->control;
	channel->status_latched = true;
}
