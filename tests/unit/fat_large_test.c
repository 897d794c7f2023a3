/*
 * modules: common/disk/fat.c common/disk/fat_chain.c
 * modules: common/disk/fat_directory.c common/disk/fat_name.c
 * modules: common/disk/fat_volume.c
 *
 * The largest file that FAT knows, 4 GiB less one byte. Its volume is too
 * large to keep: the sectors are made up when they are read.
 */
#include "disk/fat.h"
#include "unit.h"

#define CLUSTER_SECTORS 64u
#define FIRST_CLUSTER	3u
#define FILE_SIZE	0xffffffffull
#define FILE_CLUSTERS	((u32)(FILE_SIZE / (CLUSTER_SECTORS * SECTOR_SIZE)) + 1)
#define CLUSTERS	(FIRST_CLUSTER - 2 + FILE_CLUSTERS)
#define TABLE		1u
#define TABLE_SECTORS	((CLUSTERS + 2) / 128 + 1)
#define DATA		(TABLE + TABLE_SECTORS)
#define SECTORS		(DATA + (u64)CLUSTERS * CLUSTER_SECTORS)

static u64 commands;

static void put(u8 *sector, u32 at, u32 size, u64 value)
{
	memcpy(sector + at, &value, size);
}

static void make_boot_sector(u8 *sector)
{
	put(sector, 0, 1, 0xeb);
	put(sector, 11, 2, SECTOR_SIZE);
	put(sector, 13, 1, CLUSTER_SECTORS);
	put(sector, 14, 2, TABLE);
	put(sector, 16, 1, 1);
	put(sector, 32, 4, SECTORS);
	put(sector, 36, 4, TABLE_SECTORS);
	put(sector, 44, 4, 2);
	put(sector, 510, 2, 0xaa55);
}

/* The root directory has one cluster, the file all that come after. */
static void make_table_sector(u8 *sector, u32 number)
{
	for (u32 i = 0; i < 128; i++) {
		u32 cluster = number * 128 + i;
		u32 next = cluster + 1;

		if (cluster == 2 || cluster == CLUSTERS + 1) {
			next = 0x0fffffff;
		}
		put(sector, i * 4, 4, next);
	}
}

static void make_root_sector(u8 *sector)
{
	memcpy(sector, "LARGE   BIN", 11);
	put(sector, 26, 2, FIRST_CLUSTER);
	put(sector, 28, 4, FILE_SIZE);
}

static struct error read_made_up(struct block_device *device, u64 first,
				 u32 count, void *buffer)
{
	(void)device;
	commands++;
	memset(buffer, 0, (size_t)count * SECTOR_SIZE);
	for (u64 number = first; number < first + count; number++) {
		u8 *sector = (u8 *)buffer + (number - first) * SECTOR_SIZE;

		if (number == 0) {
			make_boot_sector(sector);
		} else if (number < DATA) {
			make_table_sector(sector, (u32)(number - TABLE));
		} else if (number == DATA) {
			make_root_sector(sector);
		} else {
			put(sector, 504, 8, number);
		}
	}
	return SUCCESS;
}

static struct block_device disk = {.sectors = SECTORS, .read = read_made_up};
static struct fat fat;

/* The number of the sector that holds byte at of the file. */
static u64 sector_of(u64 at)
{
	return DATA + (FIRST_CLUSTER - 2) * CLUSTER_SECTORS + at / SECTOR_SIZE;
}

static void reads_all_of_it(void)
{
	static u8 buffer[MIB(1)];
	struct fat_file file;
	u64 number;

	CHECK_STR(fat_mount(&fat, &disk).what, NULL);
	if (!CHECK_STR(fat_open(&fat, "/large.bin", &file).what, NULL)) {
		return;
	}
	CHECK_EQ(file.size, FILE_SIZE);
	commands = 0;
	for (u64 at = 0; at < file.size; at += sizeof(buffer)) {
		u64 size = min_u64(sizeof(buffer), file.size - at);

		CHECK_STR(fat_read(&file, at, buffer, size).what, NULL);
		memcpy(&number, buffer + 504, 8);
		if (!CHECK_EQ(number, sector_of(at))) {
			break;
		}
	}
	/* A MiB is a command, and its entries lie in 1 sector or in 2. */
	CHECK(commands < 3 * 4096);
}

static void reads_its_last_byte(void)
{
	u8 last;
	struct fat_file file;

	CHECK_STR(fat_mount(&fat, &disk).what, NULL);
	CHECK_STR(fat_open(&fat, "/large.bin", &file).what, NULL);
	CHECK_STR(fat_read(&file, FILE_SIZE - 1, &last, 1).what, NULL);
	/* Byte 6 of the number, for the file ends one short of its sector. */
	CHECK_EQ(last, 0);
	CHECK_STR(fat_read(&file, FILE_SIZE - 7, &last, 1).what, NULL);
	CHECK_EQ(last, (u8)sector_of(FILE_SIZE));
	CHECK_STR(fat_read(&file, FILE_SIZE, &last, 1).what,
		  "read past the end of the file, byte");
}

static const struct unit_test tests[] = {
	UNIT_TEST(reads_all_of_it),
	UNIT_TEST(reads_its_last_byte),
};

int main(void)
{
	return UNIT_RUN(tests);
}
