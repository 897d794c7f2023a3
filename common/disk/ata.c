#include "disk/ata.h"

#include "disk/ata_channel.h"

#define READ_SECTORS	 0x20u
#define READ_SECTORS_EXT 0x24u
#define IDENTIFY_DEVICE	 0xecu

#define IDENTIFY_WORDS 256u

/* Both standards keep the highest address free. */
#define LBA28_SECTORS (BIT(28) - 1)
#define LBA48_SECTORS (BIT(48) - 1)

/* What one command asks for at most: 0 in an 8-bit count means this. */
#define SECTORS_PER_COMMAND 256u

static u8 device_bit(const struct ata_disk *disk)
{
	return disk->place % ATA_DRIVES == 1 ? ATA_DEVICE_DEV : 0;
}

/*
 * Writes the range into the registers and starts the reading. The 48-bit
 * command takes each register twice, the high half first.
 */
static bool start_read(const struct ata_disk *disk, u64 first, u32 count)
{
	const struct ata_channel *channel = &disk->channel;
	bool lba48 = first + count > LBA28_SECTORS;
	u8 top = lba48 ? 0 : (u8)(first >> 24);
	u8 status;

	if (!ata_channel_select(channel,
				device_bit(disk) | ATA_DEVICE_LBA | top) ||
	    !ata_channel_wait(channel, ATA_STATUS_DRQ, &status)) {
		return false;
	}
	if (lba48) {
		ata_channel_set(channel, ATA_SECTOR_COUNT, (u8)(count >> 8));
		ata_channel_set(channel, ATA_LBA_LOW, (u8)(first >> 24));
		ata_channel_set(channel, ATA_LBA_MID, (u8)(first >> 32));
		ata_channel_set(channel, ATA_LBA_HIGH, (u8)(first >> 40));
	}
	ata_channel_set(channel, ATA_SECTOR_COUNT, (u8)count);
	ata_channel_set(channel, ATA_LBA_LOW, (u8)first);
	ata_channel_set(channel, ATA_LBA_MID, (u8)(first >> 8));
	ata_channel_set(channel, ATA_LBA_HIGH, (u8)(first >> 16));
	ata_channel_command(channel, lba48 ? READ_SECTORS_EXT : READ_SECTORS);
	return true;
}

/* Why a drive that was to send a sector does not. */
static struct error read_failure(const struct ata_disk *disk, u8 status,
				 u64 sector)
{
	u8 error = 0;

	if (status & ATA_STATUS_ERR) {
		error = ata_channel_get(&disk->channel, ATA_ERROR);
	}
	/*
	 * A drive may offer what it has of a bad sector. The block must be
	 * taken, for no command may be given while DRQ is set.
	 */
	if (status & ATA_STATUS_DRQ) {
		u8 block[SECTOR_SIZE];

		ata_channel_get_block(&disk->channel, block);
	}
	if (status & ATA_STATUS_DF) {
		return failure("the disk has a fault, at sector", sector);
	}
	if (error & ATA_ERROR_UNC) {
		return failure("the disk cannot read its sector", sector);
	}
	if (error & ATA_ERROR_IDNF) {
		return failure("the disk does not find its sector", sector);
	}
	if (error & ATA_ERROR_ABRT) {
		return failure("the disk refuses to read sector", sector);
	}
	return failure("the disk sends no data for sector", sector);
}

/* One command's worth: count is 1 .. SECTORS_PER_COMMAND. */
static struct error read_some(const struct ata_disk *disk, u64 first, u32 count,
			      u8 *buffer)
{
	if (!start_read(disk, first, count)) {
		return failure("the disk stays busy before reading sector",
			       first);
	}
	for (u32 i = 0; i < count; i++) {
		u8 status;

		if (!ata_channel_wait(&disk->channel, 0, &status)) {
			return failure("the disk stays busy reading sector",
				       first + i);
		}
		if ((status & (ATA_STATUS_ERR | ATA_STATUS_DF)) ||
		    !(status & ATA_STATUS_DRQ)) {
			return read_failure(disk, status, first + i);
		}
		ata_channel_get_block(&disk->channel, buffer + i * SECTOR_SIZE);
	}
	return SUCCESS;
}

static struct error ata_read(struct block_device *device, u64 first, u32 count,
			     void *buffer)
{
	struct ata_disk *disk = (struct ata_disk *)device;
	u8 *to = buffer;

	while (count > 0) {
		u32 now = (u32)min_u64(count, SECTORS_PER_COMMAND);
		struct error error = read_some(disk, first, now, to);

		if (failed(error)) {
			return error;
		}
		first += now;
		count -= now;
		to += now * SECTOR_SIZE;
	}
	return SUCCESS;
}

static struct error verdict(struct ata_disk *disk, enum ata_kind kind,
			    const char *what)
{
	disk->kind = kind;
	return failure(what, disk->place);
}

/* A drive 0 that answers for a missing drive 1 shows a Status of 0. */
static bool nobody_answers(const struct ata_channel *channel)
{
	return ata_channel_floats(channel) ||
	       ata_channel_get(channel, ATA_STATUS) == 0;
}

/*
 * Refusing IDENTIFY DEVICE, a packet device shows its signature: that of
 * parallel ATA or that of serial ATA.
 */
static bool is_packet_device(const struct ata_disk *disk)
{
	u8 mid = ata_channel_get(&disk->channel, ATA_LBA_MID);
	u8 high = ata_channel_get(&disk->channel, ATA_LBA_HIGH);

	return (mid == 0x14 && high == 0xeb) || (mid == 0x69 && high == 0x96);
}

/* Fetches the words of IDENTIFY DEVICE. */
static struct error identify(struct ata_disk *disk, u16 *words)
{
	const struct ata_channel *channel = &disk->channel;
	u8 status;

	if (!ata_channel_select(channel, device_bit(disk))) {
		return verdict(disk, ATA_UNUSABLE,
			       "the ATA channel stays busy, place");
	}
	if (nobody_answers(channel)) {
		return verdict(disk, ATA_NOTHING, "no ATA drive at place");
	}
	if (!ata_channel_wait(channel, ATA_STATUS_DRQ, &status)) {
		return verdict(disk, ATA_UNUSABLE,
			       "the ATA drive stays busy, place");
	}
	ata_channel_command(channel, IDENTIFY_DEVICE);
	if (nobody_answers(channel)) {
		return verdict(disk, ATA_NOTHING, "no ATA drive at place");
	}
	if (!ata_channel_wait(channel, 0, &status)) {
		return verdict(disk, ATA_UNUSABLE,
			       "the ATA drive does not say what it is, place");
	}
	if (status & ATA_STATUS_ERR) {
		return is_packet_device(disk)
			       ? verdict(disk, ATA_PACKET_DEVICE,
					 "a CD-ROM drive or the like at place")
			       : verdict(disk, ATA_NOTHING,
					 "no ATA drive at place");
	}
	if ((status & ATA_STATUS_DF) || !(status & ATA_STATUS_DRQ)) {
		return verdict(disk, ATA_UNUSABLE,
			       "the ATA drive cannot say what it is, place");
	}
	ata_channel_get_block(channel, words);
	return SUCCESS;
}

static u64 join_words(const u16 *words, unsigned int count)
{
	u64 number = 0;

	while (count > 0) {
		number = number << 16 | words[--count];
	}
	return number;
}

/*
 * Words 83 and 106 hold features, and are valid only if their two top bits
 * are 01.
 */
static bool has_feature(u16 word, unsigned int bit)
{
	return (word & 0xc000) == 0x4000 && (word & BIT(bit));
}

/* Takes the disk's size from the words of IDENTIFY DEVICE. */
static struct error take_size(struct ata_disk *disk, const u16 *words)
{
	bool long_sectors = has_feature(words[106], 12);
	bool lba48 = has_feature(words[83], 10);

	if (!(words[49] & BIT(9))) {
		return verdict(disk, ATA_UNUSABLE,
			       "the ATA drive is too old to have LBA, place");
	}
	if (long_sectors && join_words(words + 117, 2) != SECTOR_SIZE / 2) {
		return verdict(disk, ATA_UNUSABLE,
			       "the ATA drive's sectors are not of 512 bytes, "
			       "place");
	}
	disk->block.sectors =
		lba48 ? min_u64(join_words(words + 100, 4), LBA48_SECTORS)
		      : min_u64(join_words(words + 60, 2), LBA28_SECTORS);
	if (disk->block.sectors == 0) {
		return verdict(disk, ATA_UNUSABLE,
			       "the ATA drive has no sectors, place");
	}
	disk->kind = ATA_HARD_DISK;
	return SUCCESS;
}

struct error ata_probe(struct ata_disk *disk, unsigned int channel,
		       unsigned int drive)
{
	static const struct ata_channel channels[ATA_CHANNELS] = {
		{.command_ports = 0x1f0, .control_port = 0x3f6},
		{.command_ports = 0x170, .control_port = 0x376},
	};
	u16 words[IDENTIFY_WORDS];
	struct error error;

	*disk = (struct ata_disk){
		.block.read = ata_read,
		.place = channel * ATA_DRIVES + drive,
	};
	if (channel >= ATA_CHANNELS || drive >= ATA_DRIVES) {
		return verdict(disk, ATA_NOTHING, "there is no ATA place");
	}
	disk->channel = channels[channel];

	ata_channel_silence(&disk->channel);
	error = identify(disk, words);
	if (failed(error)) {
		return error;
	}
	return take_size(disk, words);
}

struct error ata_find_first(struct ata_disk *disk)
{
	struct error unusable = SUCCESS;
	u64 packet_devices = 0;

	for (unsigned int i = 0; i < ATA_CHANNELS * ATA_DRIVES; i++) {
		struct error error =
			ata_probe(disk, i / ATA_DRIVES, i % ATA_DRIVES);

		if (!failed(error)) {
			return SUCCESS;
		}
		if (disk->kind == ATA_PACKET_DEVICE) {
			packet_devices++;
		}
		if (disk->kind == ATA_UNUSABLE && !failed(unusable)) {
			unusable = error;
		}
	}
	if (failed(unusable)) {
		return unusable;
	}
	return failure("no ATA hard disk; CD-ROM drives and the like found",
		       packet_devices);
}
