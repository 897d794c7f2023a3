#pragma once
/*
 * Directories: files of 32-byte entries. An entry with a long name follows the
 * entries that hold the pieces of that name.
 */
#include "disk/fat.h"
#include "lib/error.h"
#include "lib/types.h"

/* Names in the specification begin with DIR_. */
struct fat_entry {
	u8 name[11];   /* 8 of name, 3 of extension, filled up with spaces */
	u8 attributes; /* FAT_ATTRIBUTE_ */
	u8 unused[8];
	u16 cluster_high; /* of the first cluster; FAT32 only */
	u16 write_time;
	u16 write_date;
	u16 cluster_low;
	u32 size; /* bytes; 0 for a directory */
} __attribute__((packed));

#define FAT_ENTRY_END	  0x00u /* in name[0]: no more entries */
#define FAT_ENTRY_DELETED 0xe5u /* in name[0] */

#define FAT_ATTRIBUTE_VOLUME_ID 0x08u
#define FAT_ATTRIBUTE_DIRECTORY 0x10u
#define FAT_ATTRIBUTE_LONG_NAME 0x0fu /* all of it, of the bits of: */
#define FAT_ATTRIBUTE_LONG_MASK 0x3fu

/*
 * Looks in a directory for the name of length characters. Sets *found, and if
 * it is true *entry. Errors: those of fat_read().
 */
struct error fat_directory_find(struct fat_file *directory, const char *name,
				u32 length, struct fat_entry *entry,
				bool *found);
