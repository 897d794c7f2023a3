#pragma once
/*
 * A block device as a file system sees it: numbered sectors of 512 bytes.
 * Whoever implements it embeds struct block_device and fills in read.
 */
#include "lib/error.h"
#include "lib/types.h"

#define SECTOR_SIZE 512u

struct block_device {
	u64 sectors; /* how many there are; valid numbers are 0 .. sectors-1 */
	/*
	 * Reads count sectors from number first into buffer, which holds
	 * count * SECTOR_SIZE bytes. Never called with a range outside the
	 * device: block_read() has looked.
	 */
	struct error (*read)(struct block_device *device, u64 first, u32 count,
			     void *buffer);
};

/*
 * Reads count sectors from number first into buffer. Errors: a range outside
 * the device, or whatever the device reports; buffer's content is undefined
 * then.
 */
static inline struct error block_read(struct block_device *device, u64 first,
				      u32 count, void *buffer)
{
	if (first > device->sectors || count > device->sectors - first) {
		return failure("read past the end of the disk, sector", first);
	}
	return device->read(device, first, count, buffer);
}
