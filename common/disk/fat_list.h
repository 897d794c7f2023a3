#pragma once
/*
 * What is in a directory: its files and sub-directories, one after the other,
 * in the order of the disk.
 */
#include "disk/fat.h"
#include "lib/error.h"
#include "lib/types.h"

#define FAT_LIST_NAME_SIZE 256u

/*
 * A long name as it is, or else the short one. Characters other than ASCII are
 * replaced by '?', so that no file can be opened by such a name.
 */
struct fat_list_item {
	char name[FAT_LIST_NAME_SIZE]; /* "": there are no more */
	bool is_directory;
	u32 size; /* bytes; 0 for a directory */
};

struct fat_list {
	struct fat_file directory;
	u64 entry; /* the next one to look at */
};

/*
 * Begins with the directory that path names: as in fat_open(), but that it is a
 * directory. Errors: as there, or that it is a file.
 */
struct error fat_list_open(struct fat *fat, const char *path,
			   struct fat_list *list);

/*
 * Sets item to the next file or directory: neither "." nor "..", nor the
 * volume's label. Errors: those of fat_read().
 */
struct error fat_list_next(struct fat_list *list, struct fat_list_item *item);
