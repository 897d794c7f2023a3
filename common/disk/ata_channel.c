#include "disk/ata_channel.h"

#include "cpu/ports.h"

#define DEVICE_OBSOLETE 0xa0u /* drives before ATA-5 want these bits set */
#define CONTROL_NIEN	0x02u /* Device Control: no interrupts */
#define WORDS_PER_BLOCK 256u

/*
 * How often Status is read before a drive counts as dead. A port read takes
 * about a microsecond on a PC.
 */
#define STATUS_READS_MAX 10000000u

u8 ata_channel_get(const struct ata_channel *channel, enum ata_register reg)
{
	return in8((u16)(channel->command_ports + reg));
}

void ata_channel_set(const struct ata_channel *channel, enum ata_register reg,
		     u8 value)
{
	out8((u16)(channel->command_ports + reg), value);
}

/*
 * Lets pass the 400 ns that a drive has to raise BSY after its Device or
 * Command register was written. No port read is faster than 100 ns.
 */
static void settle(const struct ata_channel *channel)
{
	for (int i = 0; i < 4; i++) {
		in8(channel->control_port);
	}
}

void ata_channel_get_block(const struct ata_channel *channel, void *block)
{
	ins16(channel->command_ports + ATA_DATA, block, WORDS_PER_BLOCK);
	/* Status is not up to date before one more transfer cycle is over. */
	in8(channel->control_port);
}

void ata_channel_silence(const struct ata_channel *channel)
{
	out8(channel->control_port, CONTROL_NIEN);
}

bool ata_channel_floats(const struct ata_channel *channel)
{
	u8 status = ata_channel_get(channel, ATA_STATUS);

	return status == 0xff || status == 0x7f;
}

bool ata_channel_wait(const struct ata_channel *channel, u8 bits, u8 *status)
{
	for (u32 i = 0; i < STATUS_READS_MAX; i++) {
		*status = ata_channel_get(channel, ATA_STATUS);
		if (!(*status & (ATA_STATUS_BSY | bits))) {
			return true;
		}
	}
	return false;
}

bool ata_channel_select(const struct ata_channel *channel, u8 device)
{
	u8 status;

	/* Device may be written only while BSY and DRQ are both clear. */
	if (!ata_channel_floats(channel) &&
	    !ata_channel_wait(channel, ATA_STATUS_DRQ, &status)) {
		return false;
	}
	ata_channel_set(channel, ATA_DEVICE, DEVICE_OBSOLETE | device);
	settle(channel);
	return true;
}

void ata_channel_command(const struct ata_channel *channel, u8 command)
{
	ata_channel_set(channel, ATA_COMMAND, command);
	settle(channel);
}
