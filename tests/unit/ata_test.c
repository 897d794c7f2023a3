/*
 * The ATA driver against drives made up here, which can be missing, bad, slow
 * and dead as no emulator's are.
 */
#include "unit.h"

/* The driver is compiled into this file, with our ports for the CPU's. */
#define in8   cpu_in8
#define in16  cpu_in16
#define in32  cpu_in32
#define out8  cpu_out8
#define out16 cpu_out16
#define out32 cpu_out32
#define ins16 cpu_ins16
#include "cpu/ports.h"
#undef in8
#undef in16
#undef in32
#undef out8
#undef out16
#undef out32
#undef ins16

static u8 in8(u16 port);
static void out8(u16 port, u8 value);
static void ins16(u16 port, void *buffer, u64 count);

#include "disk/ata.c"
#include "disk/ata_channel.c"

#define NO_LBA (~0ull)

struct drive {
	bool present;
	bool is_packet_device;
	u8 missing_status; /* what is read if it is not present */
	u16 identify[256];
	u64 bad_lba;
	u8 bad_status; /* of the bad sector, with bad_error */
	u8 bad_error;
	u32 busy_reads; /* for so many reads of Status it stays busy */

	u8 status;
	u8 error;
	u32 busy_left;
	u8 now[8];    /* the registers */
	u8 before[8]; /* what was in them before */
	u64 lba;
	u32 left; /* sectors of the command that are still to be sent */
};

static struct drive drives[4];
static struct drive *selected[2];
static u8 control[2];
static u32 commands;
static u8 last_command;

#define STATUS_READY 0x50u

static u32 channel_of(u16 port)
{
	return (port & 0x80) ? 0 : 1;
}

static void offer_sector(struct drive *drive)
{
	drive->busy_left = drive->busy_reads;
	if (drive->left == 0) {
		drive->status = STATUS_READY;
		drive->busy_left = 0;
	} else if (drive->lba == drive->bad_lba) {
		drive->status = drive->bad_status;
		drive->error = drive->bad_error;
	} else {
		drive->status = STATUS_READY | ATA_STATUS_DRQ;
	}
}

static void refuse(struct drive *drive)
{
	drive->status = STATUS_READY | ATA_STATUS_ERR;
	drive->error = ATA_ERROR_ABRT;
	if (drive->is_packet_device) {
		drive->now[ATA_LBA_MID] = 0x14;
		drive->now[ATA_LBA_HIGH] = 0xeb;
	}
}

static void run_command(struct drive *drive, u8 command)
{
	u8 *now = drive->now;
	u8 *before = drive->before;

	commands++;
	last_command = command;
	CHECK_EQ(drive->status & (ATA_STATUS_BSY | ATA_STATUS_DRQ), 0);
	drive->left = now[ATA_SECTOR_COUNT];
	drive->lba = now[ATA_LBA_LOW] | now[ATA_LBA_MID] << 8 |
		     now[ATA_LBA_HIGH] << 16;
	if (drive->is_packet_device) {
		refuse(drive);
		return;
	}
	switch (command) {
	case 0xec:
		drive->left = 1;
		drive->lba = NO_LBA - 1;
		break;
	case 0x20:
		CHECK(now[ATA_DEVICE] & 0x40);
		drive->lba |= (u64)(now[ATA_DEVICE] & 0xf) << 24;
		drive->left = drive->left ? drive->left : 256;
		break;
	case 0x24:
		CHECK(now[ATA_DEVICE] & 0x40);
		drive->lba |= (u64)before[ATA_LBA_LOW] << 24 |
			      (u64)before[ATA_LBA_MID] << 32 |
			      (u64)before[ATA_LBA_HIGH] << 40;
		drive->left |= (u32)before[ATA_SECTOR_COUNT] << 8;
		break;
	default:
		CHECK(!"a command that the driver has no use for");
	}
	offer_sector(drive);
}

static u8 in8(u16 port)
{
	struct drive *drive = selected[channel_of(port)];
	bool is_control = (port & 0x206) == 0x206;

	if (!drive->present) {
		return drive->missing_status;
	}
	if (is_control) {
		return drive->status;
	}
	switch (port & 7) {
	case ATA_STATUS:
		if (drive->busy_left > 0) {
			drive->busy_left--;
			return ATA_STATUS_BSY;
		}
		return drive->status;
	case ATA_ERROR:
		return drive->error;
	default:
		return drive->now[port & 7];
	}
}

static void out8(u16 port, u8 value)
{
	u32 channel = channel_of(port);

	if ((port & 0x206) == 0x206) {
		control[channel] = value;
		return;
	}
	/* Both drives take the registers; the selected one the command. */
	for (u32 i = 0; i < 2; i++) {
		struct drive *drive = &drives[channel * 2 + i];

		drive->before[port & 7] = drive->now[port & 7];
		drive->now[port & 7] = value;
	}
	if ((port & 7) == ATA_DEVICE) {
		if (selected[channel]->present) {
			CHECK_EQ(selected[channel]->status &
					 (ATA_STATUS_BSY | ATA_STATUS_DRQ),
				 0);
		}
		CHECK_EQ(value & 0xa0, 0xa0);
		selected[channel] = &drives[channel * 2 + (value >> 4 & 1)];
	}
	if ((port & 7) == ATA_COMMAND && selected[channel]->present) {
		run_command(selected[channel], value);
	}
}

static void ins16(u16 port, void *buffer, u64 count)
{
	struct drive *drive = selected[channel_of(port)];

	CHECK_EQ(port & 7, ATA_DATA);
	CHECK_EQ(count, 256);
	CHECK(drive->status & ATA_STATUS_DRQ);
	if (drive->status & ATA_STATUS_ERR) {
		memset(buffer, 0xee, 512);
		drive->status &= (u8)~ATA_STATUS_DRQ;
		return;
	}
	if (drive->lba == NO_LBA - 1) {
		memcpy(buffer, drive->identify, 512);
	} else {
		memset(buffer, 0, 512);
		memcpy(buffer, &drive->lba, sizeof(drive->lba));
	}
	drive->lba++;
	drive->left--;
	offer_sector(drive);
}

static void no_drives(void)
{
	memset(drives, 0, sizeof(drives));
	for (u32 i = 0; i < 4; i++) {
		drives[i].missing_status = 0xff;
		drives[i].bad_lba = NO_LBA;
		drives[i].status = STATUS_READY;
	}
	/* Firmware may have used the second drive last. */
	selected[0] = &drives[1];
	selected[1] = &drives[3];
	memset(control, 0, sizeof(control));
	commands = 0;
}

static struct drive *add_disk(u32 place, u64 sectors)
{
	struct drive *drive = &drives[place];
	u64 lba28 = min_u64(sectors, 0x0fffffff);

	drive->present = true;
	drive->identify[0] = 0x0040;
	drive->identify[49] = 0x0200;
	memcpy(&drive->identify[60], &lba28, 4);
	drive->identify[83] = 0x4400;
	memcpy(&drive->identify[100], &sectors, 8);
	/* A drive 0 answers for a drive 1 that is missing. */
	drives[place | 1].missing_status = 0;
	return drive;
}

static void add_packet_device(u32 place)
{
	drives[place].present = true;
	drives[place].is_packet_device = true;
	drives[place].status = 0x40;
	drives[place | 1].missing_status = 0;
}

static void expect_probe(u32 place, enum ata_kind kind, const char *what)
{
	struct ata_disk disk;
	struct error error = ata_probe(&disk, place / 2, place % 2);

	CHECK_STR(error.what, what);
	CHECK_EQ(disk.kind, kind);
	if (what) {
		CHECK_EQ(error.value, place);
		CHECK_EQ(disk.block.sectors, 0);
	}
}

#define NO_DRIVE  "no ATA drive at place"
#define IS_PACKET "a CD-ROM drive or the like at place"

static void a_channel_without_drives(void)
{
	static const u8 floating[] = {0xff, 0x7f};

	for (u32 i = 0; i < ARRAY_SIZE(floating); i++) {
		no_drives();
		for (u32 place = 0; place < 4; place++) {
			drives[place].missing_status = floating[i];
		}
		for (u32 place = 0; place < 4; place++) {
			expect_probe(place, ATA_NOTHING, NO_DRIVE);
		}
		CHECK_EQ(commands, 0);
	}
	no_drives();
	expect_probe(4, ATA_NOTHING, "there is no ATA place");
}

static void each_place_can_hold_a_disk(void)
{
	for (u32 place = 0; place < 4; place++) {
		struct ata_disk disk;

		no_drives();
		add_disk(place, 1000);
		for (u32 i = 0; i < 4; i++) {
			expect_probe(i,
				     i == place ? ATA_HARD_DISK : ATA_NOTHING,
				     i == place ? NULL : NO_DRIVE);
		}
		CHECK_STR(ata_find_first(&disk).what, NULL);
		CHECK_EQ(disk.place, place);
		CHECK_EQ(disk.block.sectors, 1000);
		CHECK_EQ(control[place / 2], 0x02);
	}
}

static void a_packet_device_is_told_apart(void)
{
	struct ata_disk disk;
	struct error error;

	no_drives();
	add_packet_device(0);
	add_packet_device(3);
	expect_probe(0, ATA_PACKET_DEVICE, IS_PACKET);
	expect_probe(1, ATA_NOTHING, NO_DRIVE);
	expect_probe(3, ATA_PACKET_DEVICE, IS_PACKET);
	error = ata_find_first(&disk);
	CHECK_STR(error.what,
		  "no ATA hard disk; CD-ROM drives and the like found");
	CHECK_EQ(error.value, 2);
	add_disk(2, 10);
	CHECK_STR(ata_find_first(&disk).what, NULL);
	CHECK_EQ(disk.place, 2);
}

static void the_size_is_the_drives(void)
{
	struct ata_disk disk;
	struct drive *drive;

	no_drives();
	drive = add_disk(0, 0x123456789abcull);
	CHECK_STR(ata_probe(&disk, 0, 0).what, NULL);
	CHECK_EQ(disk.block.sectors, 0x123456789abcull);
	/* Without the 48-bit commands, or where that word is not valid. */
	drive->identify[83] = 0x4000;
	CHECK_STR(ata_probe(&disk, 0, 0).what, NULL);
	CHECK_EQ(disk.block.sectors, 0x0fffffff);
	drive->identify[83] = 0xffff;
	CHECK_STR(ata_probe(&disk, 0, 0).what, NULL);
	CHECK_EQ(disk.block.sectors, 0x0fffffff);
	/* More than a command can name. */
	drive->identify[61] = 0xffff;
	CHECK_STR(ata_probe(&disk, 0, 0).what, NULL);
	CHECK_EQ(disk.block.sectors, 0x0fffffff);
	drive->identify[83] = 0x4400;
	drive->identify[103] = 0xffff;
	CHECK_STR(ata_probe(&disk, 0, 0).what, NULL);
	CHECK_EQ(disk.block.sectors, 0xffffffffffffull);
	/* 512-byte sectors, several of them in a physical one. */
	drive->identify[106] = 0x6003;
	expect_probe(0, ATA_HARD_DISK, NULL);
}

static void an_unusable_drive_is_refused(void)
{
	struct ata_disk disk;
	struct drive *drive;

	no_drives();
	drive = add_disk(0, 1000);
	drive->identify[49] = 0;
	expect_probe(0, ATA_UNUSABLE,
		     "the ATA drive is too old to have LBA, place");
	drive = add_disk(0, 0);
	expect_probe(0, ATA_UNUSABLE, "the ATA drive has no sectors, place");
	drive = add_disk(0, 1000);
	drive->identify[106] = 0x5000;
	drive->identify[117] = 2048;
	expect_probe(0, ATA_UNUSABLE,
		     "the ATA drive's sectors are not of 512 bytes, place");
	drive->identify[106] = 0;
	/* IDENTIFY DEVICE itself goes wrong. */
	drive->bad_lba = NO_LBA - 1;
	drive->bad_status = STATUS_READY | ATA_STATUS_DF;
	expect_probe(0, ATA_UNUSABLE,
		     "the ATA drive cannot say what it is, place");
	drive->status = STATUS_READY;
	drive->bad_status = STATUS_READY;
	expect_probe(0, ATA_UNUSABLE,
		     "the ATA drive cannot say what it is, place");
	drive->bad_status = STATUS_READY | ATA_STATUS_ERR;
	expect_probe(0, ATA_NOTHING, NO_DRIVE);
	/* What is wrong with a drive is told, but a good one goes first. */
	drive->status = STATUS_READY;
	drive->bad_status = STATUS_READY;
	CHECK_STR(ata_find_first(&disk).what,
		  "the ATA drive cannot say what it is, place");
	add_disk(3, 10);
	CHECK_STR(ata_find_first(&disk).what, NULL);
	CHECK_EQ(disk.place, 3);
}

static void a_drive_that_hangs_is_given_up(void)
{
	struct ata_disk disk;
	struct drive *drive;
	struct error error;
	u8 buffer[4 * SECTOR_SIZE];

	no_drives();
	drive = add_disk(0, 1000);
	drive->status = ATA_STATUS_BSY;
	expect_probe(0, ATA_UNUSABLE, "the ATA drive stays busy, place");

	/* One that was left in the middle of a transfer takes no command. */
	no_drives();
	drive = add_disk(0, 1000);
	drive->status = STATUS_READY | ATA_STATUS_DRQ;
	expect_probe(0, ATA_UNUSABLE, "the ATA drive stays busy, place");
	expect_probe(1, ATA_UNUSABLE, "the ATA channel stays busy, place");
	CHECK_EQ(commands, 0);

	no_drives();
	drive = add_disk(0, 1000);
	drive->busy_reads = 0xffffffff;
	expect_probe(0, ATA_UNUSABLE,
		     "the ATA drive does not say what it is, place");

	no_drives();
	drive = add_disk(0, 1000);
	CHECK_STR(ata_probe(&disk, 0, 0).what, NULL);
	drive->busy_reads = 0xffffffff;
	error = block_read(&disk.block, 7, 2, buffer);
	CHECK_STR(error.what, "the disk stays busy reading sector");
	CHECK_EQ(error.value, 7);
	error = block_read(&disk.block, 9, 2, buffer);
	CHECK_STR(error.what, "the disk stays busy before reading sector");
	CHECK_EQ(error.value, 9);
}

static void a_slow_drive_is_waited_for(void)
{
	struct ata_disk disk;
	u8 buffer[2 * SECTOR_SIZE];

	no_drives();
	add_disk(0, 1000)->busy_reads = 100000;
	CHECK_STR(ata_probe(&disk, 0, 0).what, NULL);
	CHECK_STR(block_read(&disk.block, 7, 2, buffer).what, NULL);
	CHECK_EQ(buffer[512], 8);
}

/* Reads, and checks that each sector is the right one. */
static void check_read(struct ata_disk *disk, u64 first, u32 count, u8 command,
		       u32 wanted_commands)
{
	static u8 buffer[1000 * SECTOR_SIZE];

	commands = 0;
	if (!CHECK_STR(block_read(&disk->block, first, count, buffer).what,
		       NULL)) {
		return;
	}
	CHECK_EQ(commands, wanted_commands);
	CHECK_EQ(last_command, command);
	for (u32 i = 0; i < count; i++) {
		u64 lba;

		memcpy(&lba, buffer + i * SECTOR_SIZE, sizeof(lba));
		if (!CHECK_EQ(lba, first + i)) {
			break;
		}
	}
}

static void reads_go_where_they_shall(void)
{
	struct ata_disk disk;
	u64 lba28_end = 0x0fffffff;
	u64 end = 0x123456789abcull;

	no_drives();
	add_disk(1, end);
	CHECK_STR(ata_probe(&disk, 0, 1).what, NULL);
	check_read(&disk, 0, 1, 0x20, 1);
	check_read(&disk, 0x0abcdef, 255, 0x20, 1);
	check_read(&disk, 0x7654321, 256, 0x20, 1);
	check_read(&disk, 12345, 257, 0x20, 2);
	check_read(&disk, 12345, 1000, 0x20, 4);
	check_read(&disk, lba28_end - 256, 256, 0x20, 1);
	check_read(&disk, lba28_end - 255, 256, 0x24, 1);
	check_read(&disk, lba28_end, 1, 0x24, 1);
	check_read(&disk, lba28_end - 300, 600, 0x24, 3);
	check_read(&disk, 0x0fedcba98765, 256, 0x24, 1);
	check_read(&disk, end - 1000, 1000, 0x24, 4);
}

static void reads_stay_inside_the_disk(void)
{
	struct ata_disk disk;
	u8 buffer[2 * SECTOR_SIZE];

	no_drives();
	add_disk(0, 1000);
	CHECK_STR(ata_probe(&disk, 0, 0).what, NULL);
	commands = 0;
	CHECK(failed(block_read(&disk.block, 999, 2, buffer)));
	CHECK(failed(block_read(&disk.block, 1000, 1, buffer)));
	CHECK(failed(block_read(&disk.block, ~0ull, 2, buffer)));
	CHECK_EQ(commands, 0);
}

static void a_bad_sector_is_named(void)
{
	static const struct {
		u8 status;
		u8 error;
		const char *what;
	} faults[] = {
		{ATA_STATUS_ERR, 0x40, "the disk cannot read its sector"},
		{ATA_STATUS_ERR, 0x10, "the disk does not find its sector"},
		{ATA_STATUS_ERR, 0x04, "the disk refuses to read sector"},
		{ATA_STATUS_ERR, 0, "the disk sends no data for sector"},
		{0, 0x40, "the disk sends no data for sector"},
		{ATA_STATUS_DF, 0, "the disk has a fault, at sector"},
		{ATA_STATUS_DF | ATA_STATUS_ERR, 0x40,
		 "the disk has a fault, at sector"},
		{ATA_STATUS_ERR | ATA_STATUS_DRQ, 0x40,
		 "the disk cannot read its sector"},
	};
	static u8 buffer[300 * SECTOR_SIZE];
	struct ata_disk disk;
	struct drive *drive;

	no_drives();
	drive = add_disk(0, 1000);
	CHECK_STR(ata_probe(&disk, 0, 0).what, NULL);
	drive->bad_lba = 270;
	for (u32 i = 0; i < ARRAY_SIZE(faults); i++) {
		struct error error;

		drive->bad_status = STATUS_READY | faults[i].status;
		drive->bad_error = faults[i].error;
		error = block_read(&disk.block, 0, 300, buffer);
		CHECK_STR(error.what, faults[i].what);
		CHECK_EQ(error.value, 270);
		/* The disk can be read on. */
		check_read(&disk, 271, 20, 0x20, 1);
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(a_channel_without_drives),
	UNIT_TEST(each_place_can_hold_a_disk),
	UNIT_TEST(a_packet_device_is_told_apart),
	UNIT_TEST(the_size_is_the_drives),
	UNIT_TEST(an_unusable_drive_is_refused),
	UNIT_TEST(a_drive_that_hangs_is_given_up),
	UNIT_TEST(a_slow_drive_is_waited_for),
	UNIT_TEST(reads_go_where_they_shall),
	UNIT_TEST(reads_stay_inside_the_disk),
	UNIT_TEST(a_bad_sector_is_named),
};

int main(void)
{
	return UNIT_RUN(tests);
}
