#include "cdrom.h"
#include "cpu/instructions.h"
#include "cpu/pic.h"
#include "cpu/ports.h"
#include "cpu/traps.h"
#include "cpu/tsc.h"
#include "disk/ata_channel.h"
#include "lib/printk.h"
#include "lib/string.h"

#define IRQ	    15
#define PATIENCE_NS 3000000000ull

/* ATA/ATAPI-6. The signature's registers say how much to send at a time. */
#define PACKET		       0xa0u
#define IDENTIFY_PACKET_DEVICE 0xa1u
#define MODEL_WORD	       27u
#define MODEL_WORDS	       20u
#define PACKET_WORDS	       6u
#define BLOCK_SIZE	       512u

/* "SCSI Block Commands": READ (10), with its fields big-endian. */
#define READ_10 0x28u

/* ECMA-119: "Primary Volume Descriptor". */
#define SECTOR_SIZE_CD	  2048u
#define DESCRIPTOR_SECTOR 16u
#define IDENTIFIER	  "CD001"
#define VOLUME_AT	  40u
#define VOLUME_SIZE	  32u

static const struct ata_channel channel = {
	.command_ports = 0x170,
	.control_port = 0x376,
};

static volatile u64 interrupts;

/* Status is read, and the drive takes its interrupt back. */
static void on_interrupt(struct trap_frame *frame)
{
	(void)frame;
	(void)ata_channel_get(&channel, ATA_STATUS);
	pic_eoi(IRQ);
	interrupts++;
}

/* Has another interrupt come since there were seen? */
static struct error await_interrupt(u64 seen)
{
	u64 start = rdtsc();

	while (interrupts == seen) {
		if (tsc_to_ns(rdtsc() - start) > PATIENCE_NS) {
			return failure("no interrupt in time; so far", seen);
		}
		cpu_pause();
	}
	return SUCCESS;
}

/* Data wait to be transferred. */
static struct error await_data(void)
{
	u8 status;

	if (!ata_channel_wait(&channel, 0, &status)) {
		return failure("the drive stays busy, status", status);
	}
	if ((status & ATA_STATUS_ERR) != 0 || (status & ATA_STATUS_DRQ) == 0) {
		return failure("the drive has no data, error register",
			       ata_channel_get(&channel, ATA_ERROR));
	}
	return SUCCESS;
}

/* Its name: words, the first letter of two in the high byte. */
static struct error identify(char model[2 * MODEL_WORDS + 1])
{
	u16 words[BLOCK_SIZE / 2];
	u64 seen = interrupts;
	struct error error;

	ata_channel_command(&channel, IDENTIFY_PACKET_DEVICE);
	error = await_interrupt(seen);
	if (!failed(error)) {
		error = await_data();
	}
	if (failed(error)) {
		return error;
	}
	ata_channel_get_block(&channel, words);
	for (u32 i = 0; i < MODEL_WORDS; i++) {
		model[2 * i] = (char)(words[MODEL_WORD + i] >> 8);
		model[2 * i + 1] = (char)words[MODEL_WORD + i];
	}
	model[2 * MODEL_WORDS] = '\0';
	return SUCCESS;
}

static void send_packet(u32 sector)
{
	const u8 packet[2 * PACKET_WORDS] = {
		READ_10,
		0,
		(u8)(sector >> 24),
		(u8)(sector >> 16),
		(u8)(sector >> 8),
		(u8)sector,
		[8] = 1,
	};

	for (u32 i = 0; i < PACKET_WORDS; i++) {
		out16(channel.command_ports + ATA_DATA,
		      (u16)(packet[2 * i] | packet[2 * i + 1] << 8));
	}
}

static struct error read_sector(u32 sector, u8 bytes[SECTOR_SIZE_CD])
{
	struct error error;
	u64 seen;

	ata_channel_set(&channel, ATA_ERROR, 0);
	ata_channel_set(&channel, ATA_LBA_MID, (u8)SECTOR_SIZE_CD);
	ata_channel_set(&channel, ATA_LBA_HIGH, (u8)(SECTOR_SIZE_CD >> 8));
	ata_channel_command(&channel, PACKET);
	error = await_data();
	if (failed(error)) {
		return error;
	}
	seen = interrupts;
	send_packet(sector);
	error = await_interrupt(seen);
	if (!failed(error)) {
		error = await_data();
	}
	if (failed(error)) {
		return error;
	}
	for (u32 at = 0; at < SECTOR_SIZE_CD; at += BLOCK_SIZE) {
		ata_channel_get_block(&channel, bytes + at);
	}
	return SUCCESS;
}

static struct error look_at_cd(void)
{
	static u8 sector[SECTOR_SIZE_CD];
	char model[2 * MODEL_WORDS + 1];
	char volume[VOLUME_SIZE + 1] = "";
	struct error error = identify(model);

	if (failed(error)) {
		return error;
	}
	printk("cdrom: the drive is \"%s\"\n", model);
	error = read_sector(DESCRIPTOR_SECTOR, sector);
	if (failed(error)) {
		return error;
	}
	if (memcmp(sector + 1, IDENTIFIER, strlen(IDENTIFIER)) != 0) {
		return failure("no volume descriptor; it begins with",
			       sector[0]);
	}
	memcpy(volume, sector + VOLUME_AT, VOLUME_SIZE);
	printk("cdrom: the CD is called \"%s\"\n", volume);
	return SUCCESS;
}

enum kernel_status cdrom_run(void)
{
	struct error error;

	if (ata_channel_floats(&channel) || !ata_channel_select(&channel, 0)) {
		printk("cdrom: no drive\n");
		return KERNEL_FAILURE;
	}
	pic_init();
	traps_set_handler(PIC_VECTOR(IRQ), on_interrupt);
	pic_unmask(IRQ);
	out8(channel.control_port, 0);
	sti();
	error = look_at_cd();
	cli();
	ata_channel_silence(&channel);
	pic_mask(IRQ);
	if (failed(error)) {
		printk("cdrom: %s: %#lx\n", error.what, error.value);
		return KERNEL_FAILURE;
	}
	printk("cdrom: %lu interrupts: good\n", interrupts);
	return KERNEL_SUCCESS;
}
