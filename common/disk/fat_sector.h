#pragma once
/*
 * The sector read last, kept because the next question is often about it too.
 */
#include "disk/block.h"
#include "lib/error.h"
#include "lib/types.h"

struct fat_sector {
	bool valid;
	u64 number;
	u8 bytes[SECTOR_SIZE];
};

/* Makes it hold sector number. Errors: the disk's. */
static inline struct error fat_sector_load(struct fat_sector *sector,
					   struct block_device *disk,
					   u64 number)
{
	struct error error;

	if (sector->valid && sector->number == number) {
		return SUCCESS;
	}
	error = block_read(disk, number, 1, sector->bytes);
	sector->valid = !failed(error);
	sector->number = number;
	return error;
}
