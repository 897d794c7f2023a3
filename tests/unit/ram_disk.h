#pragma once
/*
 * A disk in memory, which counts what is asked of it and can be damaged.
 */
#include <stdlib.h>
#include <string.h>

#include "disk/block.h"
#include "lib/error.h"
#include "lib/types.h"

#define RAM_DISK_NO_SECTOR (~0ull)

struct ram_disk {
	struct block_device block;
	u8 *bytes;
	u64 bad_sector;	  /* reading it fails; RAM_DISK_NO_SECTOR: none */
	u64 commands;	  /* reads so far */
	u64 sectors_read; /* by all of them */
};

static inline struct error ram_disk_read(struct block_device *device, u64 first,
					 u32 count, void *buffer)
{
	struct ram_disk *disk = (struct ram_disk *)device;

	if (disk->bad_sector - first < count) {
		return failure("bad sector", disk->bad_sector);
	}
	disk->commands++;
	disk->sectors_read += count;
	memcpy(buffer, disk->bytes + first * SECTOR_SIZE,
	       (size_t)count * SECTOR_SIZE);
	return SUCCESS;
}

/* A disk of zeros. Give it back with ram_disk_destroy(). */
static inline struct ram_disk ram_disk_create(u64 sectors)
{
	return (struct ram_disk){
		.block = {.sectors = sectors, .read = ram_disk_read},
		.bytes = calloc(sectors, SECTOR_SIZE),
		.bad_sector = RAM_DISK_NO_SECTOR,
	};
}

static inline void ram_disk_destroy(struct ram_disk *disk)
{
	free(disk->bytes);
}

/* Little-endian, as everything on a FAT volume is. */
static inline void ram_disk_put(struct ram_disk *disk, u64 at, u32 size,
				u64 value)
{
	memcpy(disk->bytes + at, &value, size);
}
