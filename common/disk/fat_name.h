#pragma once
/*
 * Names in a directory: a short one in the entry itself (8.3), and perhaps a
 * long one in the entries before it, last piece first, of 13 characters each.
 */
#include "disk/fat_directory.h"
#include "lib/types.h"

/* A name that is looked for. Set name and length, the rest to zero. */
struct fat_name {
	const char *name; /* need not end in NUL */
	u32 length;
	/* What is known of the long name whose pieces pass by. */
	bool matches;
	u8 pieces_left;
	u8 checksum; /* of the short name that it belongs to */
};

/*
 * Takes the entries of a directory, one after the other. True if this one is
 * the file or directory with the wanted name, long or short.
 */
bool fat_name_ends_at(struct fat_name *wanted, const struct fat_entry *entry);
