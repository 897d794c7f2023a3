#pragma once
/*
 * How names are written in a directory's entries.
 *
 * A short name is 8 characters and 3, both filled up with spaces. A long one is
 * in pieces of 13 characters, entries of their own ahead of the file's: the
 * last piece first, all with the checksum of the short name.
 */
#include "disk/fat_directory.h"
#include "lib/types.h"

#define FAT_PIECE_LENGTH 13u
#define FAT_PIECES_MAX	 20u

#define FAT_SHORT_BASE	    8u
#define FAT_SHORT_EXTENSION 3u

/* The specification's names begin with LDIR_. */
struct fat_piece {
	u8 ordinal;
	u8 name1[10];
	u8 attributes;
	u8 type;
	u8 checksum;
	u8 name2[12];
	u16 cluster;
	u8 name3[4];
} __attribute__((packed));

_Static_assert(sizeof(struct fat_piece) == sizeof(struct fat_entry),
	       "an entry");

#define FAT_PIECE_LAST	 0x40u /* the last of the name, the first met */
#define FAT_PIECE_NUMBER 0x3fu

static inline bool fat_piece_is(const struct fat_entry *entry)
{
	return entry->name[0] != FAT_ENTRY_DELETED &&
	       (entry->attributes & FAT_ATTRIBUTE_LONG_MASK) ==
		       FAT_ATTRIBUTE_LONG_NAME;
}

static inline u8 fat_piece_checksum(const u8 *short_name)
{
	u8 sum = 0;

	for (u32 i = 0; i < FAT_SHORT_BASE + FAT_SHORT_EXTENSION; i++) {
		sum = (u8)((sum >> 1 | sum << 7) + short_name[i]);
	}
	return sum;
}

/* The i-th character of a piece, a 16-bit code unit. */
static inline u32 fat_piece_character(const struct fat_piece *piece, u32 i)
{
	const u8 *at;

	if (i < 5) {
		at = piece->name1 + 2 * i;
	} else if (i < 11) {
		at = piece->name2 + 2 * (i - 5);
	} else {
		at = piece->name3 + 2 * (i - 11);
	}
	return at[0] | (u32)at[1] << 8;
}

/* The length of a short name's part without the spaces behind it. */
static inline u32 fat_piece_trimmed(const u8 *text, u32 length)
{
	while (length > 0 && text[length - 1] == ' ') {
		length--;
	}
	return length;
}
