#pragma once
/*
 * The registers of one legacy ATA channel: how a command gets to a drive.
 *
 * ATA/ATAPI-6, "Interface register definitions and descriptions"; registers
 * and bits are spelled as there.
 */
#include "lib/types.h"

struct ata_channel {
	u16 command_ports; /* first port of the Command Block registers */
	u16 control_port;  /* Device Control when written, Alternate Status */
};

/* The Command Block registers, as offsets from the channel's first port. */
enum ata_register {
	ATA_DATA = 0,
	ATA_ERROR = 1,
	ATA_SECTOR_COUNT = 2,
	ATA_LBA_LOW = 3,
	ATA_LBA_MID = 4,
	ATA_LBA_HIGH = 5,
	ATA_DEVICE = 6,
	ATA_STATUS = 7,	 /* when read */
	ATA_COMMAND = 7, /* when written */
};

/* Status. While BSY is set no other bit means anything. */
#define ATA_STATUS_ERR 0x01u /* the Error register says which */
#define ATA_STATUS_DRQ 0x08u /* a block of data waits to be transferred */
#define ATA_STATUS_DF  0x20u /* device fault */
#define ATA_STATUS_BSY 0x80u

/* Error. */
#define ATA_ERROR_ABRT 0x04u /* the command was refused */
#define ATA_ERROR_IDNF 0x10u /* the address was not found */
#define ATA_ERROR_UNC  0x40u /* the data could not be corrected */

/* Device. */
#define ATA_DEVICE_DEV 0x10u /* drive 1 shall listen */
#define ATA_DEVICE_LBA 0x40u /* the address is an LBA; bits 3:0 are of it */

u8 ata_channel_get(const struct ata_channel *channel, enum ata_register reg);
void ata_channel_set(const struct ata_channel *channel, enum ata_register reg,
		     u8 value);

/* Takes one block of 512 bytes from the selected drive's Data register. */
void ata_channel_get_block(const struct ata_channel *channel, void *block);

/* Keeps the channel from raising interrupts: the driver polls. */
void ata_channel_silence(const struct ata_channel *channel);

/*
 * Is there nobody who drives the bus? It reads as ones then, or as 0x7f where
 * bit 7 is pulled down as the standard wants.
 */
bool ata_channel_floats(const struct ata_channel *channel);

/*
 * Polls until BSY and all of bits are clear in Status, which goes to *status.
 * False if that takes ten seconds or so.
 */
bool ata_channel_wait(const struct ata_channel *channel, u8 bits, u8 *status);

/*
 * Writes the Device register: of the two drives, the one that it names will
 * listen. It may still be busy. False if the other one does not come to rest.
 */
bool ata_channel_select(const struct ata_channel *channel, u8 device);

/* Gives a command to the selected drive. Its Status is valid afterwards. */
void ata_channel_command(const struct ata_channel *channel, u8 command);
