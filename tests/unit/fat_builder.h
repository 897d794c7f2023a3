#pragma once
/*
 * Small FAT volumes, built byte by byte, for tests to damage.
 */
#include <string.h>

#include "ram_disk.h"

/*
 * FAT16, one sector in a cluster: boot sector, a table of 16 sectors, one
 * sector of root directory, and the least number of clusters.
 */
#define FAT16_CLUSTERS 4085u
#define FAT16_TABLE    1u
#define FAT16_ROOT     17u
#define FAT16_DATA     18u
#define FAT16_SECTORS  (FAT16_DATA + FAT16_CLUSTERS)

/* FAT32, two sectors in a cluster, a table of 512 sectors, root cluster 5. */
#define FAT32_CLUSTERS 65525u
#define FAT32_TABLE    32u
#define FAT32_DATA     (32u + 512u)
#define FAT32_SECTORS  (FAT32_DATA + 2 * FAT32_CLUSTERS)
#define FAT32_ROOT     (FAT32_DATA + 2 * (5 - 2))

/* FAT32 again, with few clusters of one sector, and two tables. */
#define SMALL_CLUSTERS 100u
#define SMALL_TABLE_2  2u
#define SMALL_DATA     3u
#define SMALL_SECTORS  (SMALL_DATA + SMALL_CLUSTERS)

#define FILE_SIZE 1500u

static struct ram_disk disk;

static inline void put16(u64 sector, u32 at, u64 value)
{
	ram_disk_put(&disk, sector * SECTOR_SIZE + at, 2, value);
}

static inline void put32(u64 sector, u32 at, u64 value)
{
	ram_disk_put(&disk, sector * SECTOR_SIZE + at, 4, value);
}

static inline void put8(u64 sector, u32 at, u64 value)
{
	ram_disk_put(&disk, sector * SECTOR_SIZE + at, 1, value);
}

static inline void put_text(u64 sector, u32 at, const char *text)
{
	memcpy(disk.bytes + sector * SECTOR_SIZE + at, text, strlen(text));
}

static inline void link16(u32 cluster, u32 next)
{
	put16(FAT16_TABLE, cluster * 2, next);
}

static inline void link32(u32 cluster, u32 next)
{
	put32(FAT32_TABLE, cluster * 4, next);
}

/* name: 11 characters, as on the disk. */
static inline void put_entry(u64 sector, u32 slot, const char *name,
			     u8 attributes, u32 cluster, u32 size)
{
	u32 at = slot * 32;

	put_text(sector, at, name);
	put8(sector, at + 11, attributes);
	put16(sector, at + 20, cluster >> 16);
	put16(sector, at + 26, cluster);
	put32(sector, at + 28, size);
}

static inline void put_boot_sector(u64 start)
{
	put8(start, 0, 0xeb);
	put16(start, 11, 512);
	put8(start, 16, 1);
	put16(start, 510, 0xaa55);
}

/* The sectors of FILE.BIN are filled with 1, 2 and 3. */
static inline void build_fat16(void)
{
	disk = ram_disk_create(FAT16_SECTORS);
	put_boot_sector(0);
	put8(0, 13, 1);
	put16(0, 14, FAT16_TABLE);
	put16(0, 17, 16);
	put16(0, 19, FAT16_SECTORS);
	put16(0, 22, 16);

	put_entry(FAT16_ROOT, 0, "FILE    BIN", 0x20, 10, FILE_SIZE);
	link16(10, 12);
	link16(12, 11);
	link16(11, 0xffff);
	memset(disk.bytes + (FAT16_DATA + 8) * SECTOR_SIZE, 1, SECTOR_SIZE);
	memset(disk.bytes + (FAT16_DATA + 10) * SECTOR_SIZE, 2, SECTOR_SIZE);
	memset(disk.bytes + (FAT16_DATA + 9) * SECTOR_SIZE, 3, SECTOR_SIZE);
	put_entry(FAT16_ROOT, 1, "DIR        ", 0x10, 20, 0);
	link16(20, 0xffff);
	put_entry(FAT16_DATA + 18, 1, "..         ", 0x10, 0, 0);
	put_entry(FAT16_DATA + 18, 0, "IN      DIR", 0, 21, 1);
	link16(21, 0xffff);
}

static inline void put_fat32_boot_sector(u64 start)
{
	put_boot_sector(start);
	put8(start, 13, 2);
	put16(start, 14, 32);
	put32(start, 32, FAT32_SECTORS);
	put32(start, 36, 512);
	put32(start, 44, 5);
}

static inline void build_fat32(void)
{
	disk = ram_disk_create(FAT32_SECTORS);
	put_fat32_boot_sector(0);
	link32(5, 0xfffffff8);
	put_entry(FAT32_ROOT, 0, "FILE    BIN", 0x20, 10, FILE_SIZE);
	link32(10, 0xf0000000 + 11);
	link32(11, 0x0fffffff);
}

/* Only the second table is kept up to date. */
static inline void build_small_fat32(void)
{
	disk = ram_disk_create(SMALL_SECTORS);
	put_boot_sector(0);
	put8(0, 13, 1);
	put16(0, 14, 1);
	put8(0, 16, 2);
	put16(0, 19, SMALL_SECTORS);
	put32(0, 36, 1);
	put16(0, 40, 0x81);
	put32(0, 44, 2);
	put32(SMALL_TABLE_2, 2 * 4, 0x0fffffff);
	put_entry(SMALL_DATA, 0, "FILE    BIN", 0x20, 3, 512);
	put32(SMALL_TABLE_2, 3 * 4, 0x0fffffff);
}
