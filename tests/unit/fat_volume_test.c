/*
 * modules: common/disk/fat.c common/disk/fat_chain.c
 * modules: common/disk/fat_directory.c common/disk/fat_name.c
 * modules: common/disk/fat_volume.c
 *
 * Boot sectors that lie: each field that can be wrong is made wrong, and the
 * error must say which.
 */
#include "disk/fat.h"
#include "fat_builder.h"
#include "unit.h"

static struct fat fat;

#define OUTSIDE "FAT: a file or directory begins outside the volume, at cluster"
#define FREE	"FAT: a cluster in use is marked free, cluster"

/* Mounts; nothing of the volume but its root directory is looked at. */
static void expect(const char *what, u64 value)
{
	struct error error = fat_mount(&fat, &disk.block);

	CHECK_STR(error.what, what);
	if (what) {
		CHECK_EQ(error.value, value);
	}
}

struct damage {
	u32 at;
	u32 size;
	u64 to;
	const char *what;
	u64 value;
};

/* Each of them is put into a sound boot sector of its own. */
static void check_boot_damages(void (*build)(void), const struct damage *table,
			       u32 count)
{
	build();
	for (u32 i = 0; i < count; i++) {
		u64 before = 0;

		memcpy(&before, disk.bytes + table[i].at, table[i].size);
		ram_disk_put(&disk, table[i].at, table[i].size, table[i].to);
		expect(table[i].what, table[i].value);
		ram_disk_put(&disk, table[i].at, table[i].size, before);
	}
	expect(NULL, 0);
	ram_disk_destroy(&disk);
}

#define NOT_FAT "the disk holds no FAT volume; its first "
#define SECTOR_BYTES \
	"FAT boot sector: only sectors of 512 bytes are supported, not of"
#define NO_POWER_OF_TWO \
	"FAT boot sector: the sectors in a cluster are no power of two"
#define NO_ROOM "FAT boot sector: no room for clusters; sectors"
#define SMALL_TABLE \
	"FAT boot sector: the allocation table is too small for clusters"
#define NO_TABLE  "FAT boot sector: there is no allocation table"
#define TOO_LARGE "the FAT volume is larger than its disk; sectors"

static void a_damaged_fat16_boot_sector_is_refused(void)
{
	static const struct damage damages[] = {
		{510, 2, 0, NOT_FAT "sector ends in", 0},
		{0, 1, 0, NOT_FAT "byte is", 0},
		{11, 2, 0, SECTOR_BYTES, 0},
		{11, 2, 4096, SECTOR_BYTES, 4096},
		{11, 2, 511, SECTOR_BYTES, 511},
		{13, 1, 0, NO_POWER_OF_TWO, 0},
		{13, 1, 3, NO_POWER_OF_TWO, 3},
		{13, 1, 255, NO_POWER_OF_TWO, 255},
		{13, 1, 2, "FAT12 is not supported; clusters", 2042},
		{14, 2, 0, "FAT boot sector: reserved sectors", 0},
		{14, 2, 0xffff, NO_ROOM, FAT16_SECTORS},
		{16, 1, 0, "FAT boot sector: allocation tables", 0},
		{17, 2, 0, "FAT boot sector: FAT16 with root directory entries",
		 0},
		{17, 2, 0xffff, NO_ROOM, FAT16_SECTORS},
		{19, 2, 0, NO_ROOM, 0},
		{19, 2, 18, NO_ROOM, 18},
		{19, 2, FAT16_SECTORS - 1, "FAT12 is not supported; clusters",
		 FAT16_CLUSTERS - 1},
		{19, 2, FAT16_SECTORS + 1, TOO_LARGE, FAT16_SECTORS + 1},
		{22, 2, 1, SMALL_TABLE, FAT16_CLUSTERS + 15},
		{22, 2, 0xffff, NO_ROOM, FAT16_SECTORS},
	};

	check_boot_damages(build_fat16, damages, ARRAY_SIZE(damages));
}

static void a_damaged_fat32_boot_sector_is_refused(void)
{
	static const struct damage damages[] = {
		{13, 1, 0, NO_POWER_OF_TWO, 0},
		{17, 2, 16,
		 "FAT boot sector: FAT32 with root directory entries", 16},
		{32, 4, 0, NO_ROOM, 0},
		{32, 4, FAT32_SECTORS + 1, TOO_LARGE, FAT32_SECTORS + 1},
		{32, 4, 0xffffffff, TOO_LARGE, 0xffffffff},
		{36, 4, 0, SMALL_TABLE, FAT32_CLUSTERS + 256},
		{36, 4, 511, SMALL_TABLE, FAT32_CLUSTERS},
		{36, 4, 0xffffffff, NO_ROOM, FAT32_SECTORS},
		{40, 2, 0x81, NO_TABLE, 1},
		{40, 2, 0x8f, NO_TABLE, 15},
		{40, 2, 0x0f, NULL, 0},
		{42, 2, 1, "unknown version of FAT32", 1},
		{44, 4, 0, OUTSIDE, 0},
		{44, 4, 1, OUTSIDE, 1},
		{44, 4, FAT32_CLUSTERS + 2, OUTSIDE, FAT32_CLUSTERS + 2},
		{44, 4, 0xffffffff, OUTSIDE, 0xffffffff},
		{44, 4, 6, FREE, 6},
	};

	check_boot_damages(build_fat32, damages, ARRAY_SIZE(damages));
}

static void the_active_table_is_used(void)
{
	build_small_fat32();
	expect(NULL, 0);
	put16(0, 40, 0x80);
	expect(FREE, 2);
	ram_disk_destroy(&disk);
}

/* The disk's size is a fairy tale here: no more than its start is read. */
static void too_many_clusters_are_refused(void)
{
	build_fat16();
	disk.block.sectors = GIB(4);
	put16(0, 19, 0);
	put32(0, 32, 100000);
	expect("FAT boot sector: too many clusters for FAT16",
	       100000 - FAT16_DATA);
	put16(0, 17, 0);
	put16(0, 22, 0);
	put32(0, 36, 1);
	put32(0, 32, 0xffffffff);
	expect("FAT boot sector: too many clusters", 0xffffffff - 2);
	ram_disk_destroy(&disk);
}

static void a_disk_without_a_volume_is_refused(void)
{
	disk = ram_disk_create(1);
	expect(NOT_FAT "sector ends in", 0);
	disk.block.sectors = 0;
	expect("read past the end of the disk, sector", 0);
	ram_disk_destroy(&disk);
}

static void put_partition(u32 slot, u8 status, u8 type, u32 start)
{
	u32 at = 446 + slot * 16;

	put8(0, at, status);
	put8(0, at + 4, type);
	put32(0, at + 8, start);
	put32(0, at + 12, SMALL_SECTORS);
}

static void the_first_fat_partition_is_used(void)
{
	struct ram_disk volume;

	build_small_fat32();
	volume = disk;
	disk = ram_disk_create(10 + SMALL_SECTORS);
	memcpy(disk.bytes + 10 * SECTOR_SIZE, volume.bytes,
	       SMALL_SECTORS * SECTOR_SIZE);
	ram_disk_destroy(&volume);

	put16(0, 510, 0xaa55);
	expect(NOT_FAT "byte is", 0);
	put_partition(0, 0x80, 0x83, 1);
	put_partition(1, 0x00, 0x00, 10);
	expect(NOT_FAT "byte is", 0);
	put_partition(2, 0x00, 0x0c, 10);
	expect(NULL, 0);
	/* mformat leaves such an entry in a boot sector. */
	put_partition(0, 0x80, 0x0c, 0);
	expect(NULL, 0);
	put16(0, 510, 0);
	expect(NOT_FAT "sector ends in", 0);
	put16(0, 510, 0xaa55);
	put_partition(2, 0x80, 0x0b, 10);
	expect(NULL, 0);
	put_partition(2, 0x12, 0x0b, 10);
	expect(NOT_FAT "byte is", 0);
	put_partition(2, 0x80, 0x0b, 11);
	expect(NOT_FAT "sector ends in", 0);
	put_partition(2, 0x80, 0x0b, 10 + SMALL_SECTORS);
	expect(NOT_FAT "byte is", 0);
	put_partition(2, 0x80, 0x0b, 10);
	disk.block.sectors--;
	expect(TOO_LARGE, SMALL_SECTORS);
	ram_disk_destroy(&disk);
}

static const struct unit_test tests[] = {
	UNIT_TEST(a_damaged_fat16_boot_sector_is_refused),
	UNIT_TEST(a_damaged_fat32_boot_sector_is_refused),
	UNIT_TEST(the_active_table_is_used),
	UNIT_TEST(too_many_clusters_are_refused),
	UNIT_TEST(a_disk_without_a_volume_is_refused),
	UNIT_TEST(the_first_fat_partition_is_used),
};

int main(void)
{
	return UNIT_RUN(tests);
}
