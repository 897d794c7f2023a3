#include "disk/fat_volume.h"

#define SIGNATURE 0xaa55

/* The boot sector; the specification's names stand beside. */
struct boot_sector {
	u8 jump[3];		/* BS_jmpBoot */
	u8 oem_name[8];		/* BS_OEMName */
	u16 bytes_per_sector;	/* BPB_BytsPerSec */
	u8 sectors_per_cluster; /* BPB_SecPerClus */
	u16 reserved_sectors;	/* BPB_RsvdSecCnt */
	u8 tables;		/* BPB_NumFATs */
	u16 root_entries;	/* BPB_RootEntCnt */
	u16 sectors_16;		/* BPB_TotSec16 */
	u8 media;		/* BPB_Media */
	u16 table_sectors_16;	/* BPB_FATSz16 */
	u16 sectors_per_track;	/* BPB_SecPerTrk */
	u16 heads;		/* BPB_NumHeads */
	u32 hidden_sectors;	/* BPB_HiddSec */
	u32 sectors_32;		/* BPB_TotSec32 */
	/* From here on FAT32 only. */
	u32 table_sectors_32; /* BPB_FATSz32 */
	u16 table_flags;      /* BPB_ExtFlags */
	u16 version;	      /* BPB_FSVer */
	u32 root_cluster;     /* BPB_RootClus */
	u8 rest[462];
	u16 signature;
} __attribute__((packed));

/* BPB_ExtFlags: only one table is kept up to date, and which. */
#define TABLE_FLAGS_ONE_ACTIVE BIT(7)
#define TABLE_FLAGS_ACTIVE     0xfu

struct partition {
	u8 status; /* 0x80: bootable */
	u8 first_chs[3];
	u8 type;
	u8 last_chs[3];
	u32 start;
	u32 sectors;
} __attribute__((packed));

struct partition_table {
	u8 code[446];
	struct partition partitions[4];
	u16 signature;
} __attribute__((packed));

union first_sector {
	struct boot_sector boot;
	struct partition_table table;
	u8 bytes[SECTOR_SIZE];
};

_Static_assert(sizeof(union first_sector) == SECTOR_SIZE, "a sector");

#define DIRECTORY_ENTRY_SIZE 32u

/* "FAT Type Determination": the count of clusters tells the types apart. */
#define FAT16_CLUSTERS_MIN 4085u
#define FAT32_CLUSTERS_MIN 65525u
#define FAT32_CLUSTERS_MAX 0x0ffffff5u /* 28 bits, less the reserved values */

static struct error check_form(const struct boot_sector *boot)
{
	u32 cluster = boot->sectors_per_cluster;

	if (boot->signature != SIGNATURE) {
		return failure("the disk holds no FAT volume; its first sector "
			       "ends in",
			       boot->signature);
	}
	if (boot->jump[0] != 0xeb && boot->jump[0] != 0xe9) {
		return failure("the disk holds no FAT volume; its first byte "
			       "is",
			       boot->jump[0]);
	}
	if (boot->bytes_per_sector != SECTOR_SIZE) {
		return failure("FAT boot sector: only sectors of 512 bytes are "
			       "supported, not of",
			       boot->bytes_per_sector);
	}
	if (cluster == 0 || (cluster & (cluster - 1)) != 0) {
		return failure("FAT boot sector: the sectors in a cluster are "
			       "no power of two",
			       cluster);
	}
	if (boot->reserved_sectors == 0) {
		return failure("FAT boot sector: reserved sectors", 0);
	}
	if (boot->tables == 0) {
		return failure("FAT boot sector: allocation tables", 0);
	}
	return SUCCESS;
}

/* FAT16 and FAT32 have different places for the same things. */
static struct error check_kind(const struct boot_sector *boot,
			       const struct fat_volume *volume)
{
	if (volume->clusters > FAT32_CLUSTERS_MAX) {
		return failure("FAT boot sector: too many clusters",
			       volume->clusters);
	}
	if (volume->fat32) {
		if (boot->version != 0) {
			return failure("unknown version of FAT32",
				       boot->version);
		}
		if (boot->root_entries != 0) {
			return failure("FAT boot sector: FAT32 with root "
				       "directory entries",
				       boot->root_entries);
		}
		return SUCCESS;
	}
	if (volume->clusters < FAT16_CLUSTERS_MIN) {
		return failure("FAT12 is not supported; clusters",
			       volume->clusters);
	}
	if (volume->clusters >= FAT32_CLUSTERS_MIN) {
		return failure("FAT boot sector: too many clusters for FAT16",
			       volume->clusters);
	}
	if (boot->root_entries == 0) {
		return failure("FAT boot sector: FAT16 with root directory "
			       "entries",
			       0);
	}
	return SUCCESS;
}

static u32 active_table(const struct boot_sector *boot, bool fat32)
{
	if (fat32 && boot->table_flags & TABLE_FLAGS_ONE_ACTIVE) {
		return boot->table_flags & TABLE_FLAGS_ACTIVE;
	}
	return 0;
}

/*
 * Reads the layout off a boot sector at sector start of a disk.
 *
 * A volume without the 16-bit size of a table has the layout of FAT32, and is
 * taken for it even if it has fewer than FAT32_CLUSTERS_MIN clusters: mkfs.fat
 * makes such volumes when told to, and other systems read them.
 */
static struct error read_layout(struct fat_volume *volume,
				const struct boot_sector *boot, u64 start,
				u64 disk_sectors)
{
	bool fat32 = boot->table_sectors_16 == 0;
	u64 table_sectors =
		fat32 ? boot->table_sectors_32 : boot->table_sectors_16;
	u64 sectors = boot->sectors_16 ? boot->sectors_16 : boot->sectors_32;
	u32 root_sectors =
		(boot->root_entries * DIRECTORY_ENTRY_SIZE + SECTOR_SIZE - 1) /
		SECTOR_SIZE;
	u64 root = boot->reserved_sectors + boot->tables * table_sectors;
	u64 data = root + root_sectors;
	u32 active = active_table(boot, fat32);
	struct error error;

	if (sectors > disk_sectors - start) {
		return failure("the FAT volume is larger than its disk; "
			       "sectors",
			       sectors);
	}
	if (data >= sectors) {
		return failure("FAT boot sector: no room for clusters; sectors",
			       sectors);
	}
	*volume = (struct fat_volume){
		.fat32 = fat32,
		.sectors_per_cluster = boot->sectors_per_cluster,
		.clusters = (u32)((sectors - data) / boot->sectors_per_cluster),
		.table_start =
			start + boot->reserved_sectors + active * table_sectors,
		.root_start = start + root,
		.root_sectors = root_sectors,
		.root_cluster = fat32 ? boot->root_cluster : 0,
		.data_start = start + data,
	};
	error = check_kind(boot, volume);
	if (failed(error)) {
		return error;
	}
	if (active >= boot->tables) {
		return failure("FAT boot sector: there is no allocation table",
			       active);
	}
	if (table_sectors * SECTOR_SIZE / (fat32 ? 4 : 2) <
	    (u64)volume->clusters + 2) {
		return failure("FAT boot sector: the allocation table is too "
			       "small for clusters",
			       volume->clusters);
	}
	return SUCCESS;
}

static bool is_fat_type(u8 type)
{
	switch (type) {
	case 0x01: /* FAT12: found, and then refused by its name */
	case 0x04: /* FAT16 below 32 MiB */
	case 0x06: /* FAT16 */
	case 0x0b: /* FAT32 */
	case 0x0c: /* FAT32, LBA */
	case 0x0e: /* FAT16, LBA */
		return true;
	default:
		return false;
	}
}

/*
 * The start of the first FAT partition, or 0. A boot sector has code where the
 * table would be, or, if mformat wrote it, an entry that starts at 0.
 */
static u64 find_partition(const struct partition_table *table, u64 sectors)
{
	if (table->signature != SIGNATURE) {
		return 0;
	}
	for (u32 i = 0; i < ARRAY_SIZE(table->partitions); i++) {
		const struct partition *partition = &table->partitions[i];

		if ((partition->status & 0x7f) == 0 &&
		    is_fat_type(partition->type) && partition->start != 0 &&
		    partition->start < sectors) {
			return partition->start;
		}
	}
	return 0;
}

static struct error read_volume(struct fat_volume *volume,
				const struct boot_sector *boot, u64 start,
				u64 disk_sectors)
{
	struct error error = check_form(boot);

	if (failed(error)) {
		return error;
	}
	return read_layout(volume, boot, start, disk_sectors);
}

struct error fat_volume_find(struct fat_volume *volume,
			     struct block_device *disk)
{
	union first_sector sector;
	struct error as_volume;
	struct error error = block_read(disk, 0, 1, &sector);
	u64 start;

	if (failed(error)) {
		return error;
	}
	as_volume = read_volume(volume, &sector.boot, 0, disk->sectors);
	if (!failed(as_volume)) {
		return SUCCESS;
	}
	start = find_partition(&sector.table, disk->sectors);
	if (start == 0) {
		return as_volume;
	}
	error = block_read(disk, start, 1, &sector);
	if (failed(error)) {
		return error;
	}
	return read_volume(volume, &sector.boot, start, disk->sectors);
}
