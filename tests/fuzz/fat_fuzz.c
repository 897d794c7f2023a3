/*
 * modules: common/disk/fat.c common/disk/fat_chain.c
 * modules: common/disk/fat_directory.c common/disk/fat_list.c
 * modules: common/disk/fat_name.c common/disk/fat_volume.c
 *
 * Feeds hostile disks to the FAT reader.
 *
 * The input is a sparse disk: 4 bytes for its number of sectors, and then
 * pieces of 4 + 512 bytes, the number of a sector and what is in it. All other
 * sectors are zeros. So a few kilobytes are a whole FAT32 volume, and a
 * mutation has a fair chance to hit something that matters.
 *
 * Besides what the sanitizers see, two things must hold: the reader asks for
 * no sector that the disk does not have, and a file has the same bytes however
 * it is read.
 */
#include <stdlib.h>
#include <string.h>

#include "disk/fat.h"
#include "disk/fat_list.h"

#define DISK_SECTORS_MAX 0x20000u
#define PIECE_SIZE	 (4 + SECTOR_SIZE)
#define READ_MAX	 KIB(160)

struct sparse_disk {
	struct block_device block;
	const u8 *pieces;
	size_t size; /* of all pieces, in bytes; the last may be cut off */
};

static const char *const paths[] = {
	"/FILE.BIN",
	"/sbin/skernel-x86",
	"/A directory with a long name/exactly13char",
	"/sbin/../SBIN/./skernel-x86",
	"/many/file number 60",
};

static const u64 steps[] = {READ_MAX, 4096, 1537, 511};

static void read_sector(const struct sparse_disk *disk, u64 number, u8 *sector)
{
	memset(sector, 0, SECTOR_SIZE);
	for (size_t at = 0; at + 4 < disk->size; at += PIECE_SIZE) {
		u32 here;

		memcpy(&here, disk->pieces + at, sizeof(here));
		if (here == number) {
			memcpy(sector, disk->pieces + at + 4,
			       min_u64(SECTOR_SIZE, disk->size - at - 4));
			return;
		}
	}
}

static struct error sparse_read(struct block_device *device, u64 first,
				u32 count, void *buffer)
{
	struct sparse_disk *disk = (struct sparse_disk *)device;
	u8 *to = buffer;

	if (first >= device->sectors || count > device->sectors - first) {
		abort();
	}
	for (u32 i = 0; i < count; i++) {
		read_sector(disk, first + i, to + (size_t)i * SECTOR_SIZE);
	}
	return SUCCESS;
}

/* Reads up to READ_MAX bytes in steps, each to the very end of its memory. */
static void read_in_steps(struct fat_file *file, u64 size, u64 step, u8 *bytes)
{
	u8 *buffer = malloc(step);

	for (u64 at = 0; at < size; at += step) {
		u64 now = min_u64(step, size - at);
		u8 *to = buffer + step - now;

		if (failed(fat_read(file, at, to, now))) {
			abort();
		}
		memcpy(bytes + at, to, now);
	}
	free(buffer);
}

/* The chain was walked when the file was opened, so no read can fail. */
static void read_file(struct fat_file *file)
{
	static u8 expected[READ_MAX];
	static u8 bytes[READ_MAX];
	u64 size = min_u64(file->size, READ_MAX);
	u8 last;

	read_in_steps(file, size, steps[0], expected);
	for (u32 i = 1; i < ARRAY_SIZE(steps); i++) {
		read_in_steps(file, size, steps[i], bytes);
		if (memcmp(bytes, expected, size) != 0) {
			abort();
		}
	}
	if (file->size > 0 &&
	    failed(fat_read(file, file->size - 1, &last, 1))) {
		abort();
	}
	if (!failed(fat_read(file, file->size, &last, 1))) {
		abort();
	}
}

/* A directory has an end, and names do, too. */
static void list_directory(struct fat *fat, const char *path)
{
	struct fat_list list;
	struct fat_list_item item;

	if (failed(fat_list_open(fat, path, &list))) {
		return;
	}
	for (u64 entry = 0;
	     !failed(fat_list_next(&list, &item)) && item.name[0] != '\0';
	     entry++) {
		if (entry > list.directory.size / 32 ||
		    strnlen(item.name, sizeof(item.name)) ==
			    sizeof(item.name)) {
			abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct fat fat;
	struct sparse_disk disk = {.block.read = sparse_read};
	u32 sectors;

	if (size < sizeof(sectors)) {
		return 0;
	}
	memcpy(&sectors, data, sizeof(sectors));
	disk.block.sectors = sectors % (DISK_SECTORS_MAX + 1);
	disk.pieces = data + sizeof(sectors);
	disk.size = size - sizeof(sectors);

	if (failed(fat_mount(&fat, &disk.block))) {
		return 0;
	}
	list_directory(&fat, "/");
	list_directory(&fat, "/many");
	for (u32 i = 0; i < ARRAY_SIZE(paths); i++) {
		struct fat_file file;

		if (!failed(fat_open(&fat, paths[i], &file))) {
			read_file(&file);
		}
	}
	return 0;
}
