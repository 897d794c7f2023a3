#pragma once
/*
 * Where things lie in a FAT volume, told by its boot sector.
 *
 * The format is that of Microsoft's "FAT32 File System Specification" 1.03.
 * A volume is, in this order: reserved sectors of which the boot sector is the
 * first, one or more copies of the allocation table (the FAT), on FAT16 the
 * root directory, and the clusters.
 */
#include "disk/block.h"
#include "lib/error.h"
#include "lib/types.h"

/* Sector numbers count from the start of the disk. */
struct fat_volume {
	bool fat32;		 /* else FAT16 */
	u32 sectors_per_cluster; /* a power of two, 1 .. 128 */
	u32 clusters;		 /* their numbers are 2 .. clusters + 1 */
	u64 table_start;	 /* sector: the allocation table */
	u64 root_start;		 /* sector: FAT16's root directory */
	u32 root_sectors;	 /* its size; 0 on FAT32 */
	u32 root_cluster;	 /* FAT32's root directory; 0 on FAT16 */
	u64 data_start;		 /* sector: cluster 2 */
};

/*
 * Finds the FAT16 or FAT32 volume of a disk: one that takes the whole disk, or
 * else the first FAT partition in the partition table. On success the whole
 * volume lies inside the disk, and its allocation table has an entry for every
 * cluster.
 *
 * Errors: whatever the disk reports; no FAT volume; FAT12; sectors that are
 * not of 512 bytes; a boot sector that contradicts itself or the disk's size.
 */
struct error fat_volume_find(struct fat_volume *volume,
			     struct block_device *disk);

static inline bool fat_volume_has_cluster(const struct fat_volume *volume,
					  u32 cluster)
{
	return cluster >= 2 && cluster - 2 < volume->clusters;
}

/* The first sector of a cluster, which must be one that the volume has. */
static inline u64 fat_volume_sector(const struct fat_volume *volume,
				    u32 cluster)
{
	return volume->data_start +
	       (u64)(cluster - 2) * volume->sectors_per_cluster;
}

static inline u32 fat_volume_cluster_size(const struct fat_volume *volume)
{
	return volume->sectors_per_cluster * SECTOR_SIZE;
}
