#pragma once
/*
 * ATA hard disks on the two legacy channels, read by programmed I/O.
 *
 * A channel carries two drives, 0 and 1 (master and slave). The standard is
 * ATA/ATAPI-6. One CPU at a time may use this, whichever drive it is about.
 */
#include "disk/ata_channel.h"
#include "disk/block.h"
#include "lib/error.h"
#include "lib/types.h"

#define ATA_CHANNELS 2u /* primary and secondary */
#define ATA_DRIVES   2u /* on each channel */

enum ata_kind {
	ATA_NOTHING,	   /* nobody answers */
	ATA_PACKET_DEVICE, /* ATAPI: a CD-ROM drive, say */
	ATA_UNUSABLE,	   /* a drive that answers, but cannot be read */
	ATA_HARD_DISK,
};

struct ata_disk {
	struct block_device block; /* ready for use after a good probe */
	enum ata_kind kind;	   /* what was found */
	struct ata_channel channel;
	unsigned int place; /* channel number * 2 + drive */
};

/*
 * Looks for a hard disk. channel: 0 .. ATA_CHANNELS-1, drive: 0 ..
 * ATA_DRIVES-1. On success disk->block reads it, LBA 0 first. Whatever the
 * result, disk->kind says what was found. The channel's interrupt is switched
 * off: the driver polls. Takes a bounded time, even if the drive hangs.
 *
 * Errors: nobody there, a packet device, a drive that does not answer or
 * breaks the standard; the value is the drive's place, channel * 2 + drive.
 */
struct error ata_probe(struct ata_disk *disk, unsigned int channel,
		       unsigned int drive);

/*
 * The first hard disk, in the order primary 0, primary 1, secondary 0,
 * secondary 1. Errors: that of the first drive that is unusable if there is
 * one; else that there is no hard disk.
 */
struct error ata_find_first(struct ata_disk *disk);
