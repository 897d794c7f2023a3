#include "disk/fat_name.h"

#define PIECE_LENGTH 13u
#define PIECES_MAX   20u

/* One piece of a long name; the specification's names begin with LDIR_. */
struct piece {
	u8 ordinal;
	u8 name1[10];
	u8 attributes;
	u8 type;
	u8 checksum;
	u8 name2[12];
	u16 cluster;
	u8 name3[4];
} __attribute__((packed));

_Static_assert(sizeof(struct piece) == sizeof(struct fat_entry), "an entry");

#define ORDINAL_LAST   0x40u /* the last piece of the name, the first met */
#define ORDINAL_NUMBER 0x3fu

#define SHORT_NAME_LENGTH 11u
#define SHORT_BASE_LENGTH 8u

/* Equal but for the case of letters? Characters beyond ASCII never are. */
static bool same_character(u32 on_disk, char wanted)
{
	u32 a = on_disk;
	u32 b = (unsigned char)wanted;

	if (a >= 0x80 || b >= 0x80) {
		return false;
	}
	if (a >= 'a' && a <= 'z') {
		a -= 'a' - 'A';
	}
	if (b >= 'a' && b <= 'z') {
		b -= 'a' - 'A';
	}
	return a == b;
}

static u8 checksum(const u8 *short_name)
{
	u8 sum = 0;

	for (u32 i = 0; i < SHORT_NAME_LENGTH; i++) {
		sum = (u8)((sum >> 1 | sum << 7) + short_name[i]);
	}
	return sum;
}

/* The i-th character of a piece, a 16-bit code unit. */
static u32 piece_character(const struct piece *piece, u32 i)
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

/* Is the piece what the wanted name has from character start on? */
static bool piece_matches(const struct fat_name *wanted,
			  const struct piece *piece, u32 start)
{
	for (u32 i = 0; i < PIECE_LENGTH && start + i < wanted->length; i++) {
		if (!same_character(piece_character(piece, i),
				    wanted->name[start + i])) {
			return false;
		}
	}
	/* A name that ends inside its last piece ends in a NUL. */
	return wanted->length - start >= PIECE_LENGTH ||
	       piece_character(piece, wanted->length - start) == 0;
}

/*
 * Only an unbroken row of pieces, counted down to 1 and all with the same
 * checksum, makes a name.
 */
static void take_piece(struct fat_name *wanted, const struct piece *piece)
{
	u32 number = piece->ordinal & ORDINAL_NUMBER;
	u32 start;

	if (number == 0 || number > PIECES_MAX) {
		wanted->matches = false;
		return;
	}
	start = (number - 1) * PIECE_LENGTH;
	if (piece->ordinal & ORDINAL_LAST) {
		wanted->matches = wanted->length > start &&
				  wanted->length <= start + PIECE_LENGTH;
		wanted->checksum = piece->checksum;
	} else if (wanted->pieces_left != number ||
		   wanted->checksum != piece->checksum) {
		wanted->matches = false;
	}
	wanted->matches =
		wanted->matches && piece_matches(wanted, piece, start);
	wanted->pieces_left = (u8)(number - 1);
}

/* Trailing spaces are padding. */
static u32 trimmed_length(const u8 *text, u32 length)
{
	while (length > 0 && text[length - 1] == ' ') {
		length--;
	}
	return length;
}

static bool short_name_matches(const struct fat_name *wanted, const u8 *name)
{
	const u8 *extension = name + SHORT_BASE_LENGTH;
	u32 base = trimmed_length(name, SHORT_BASE_LENGTH);
	u32 rest = trimmed_length(extension,
				  SHORT_NAME_LENGTH - SHORT_BASE_LENGTH);

	if (wanted->length != base + (rest > 0 ? 1 + rest : 0)) {
		return false;
	}
	for (u32 i = 0; i < base; i++) {
		if (!same_character(name[i], wanted->name[i])) {
			return false;
		}
	}
	if (rest > 0 && wanted->name[base] != '.') {
		return false;
	}
	for (u32 i = 0; i < rest; i++) {
		if (!same_character(extension[i], wanted->name[base + 1 + i])) {
			return false;
		}
	}
	return true;
}

bool fat_name_ends_at(struct fat_name *wanted, const struct fat_entry *entry)
{
	bool long_name_matches;

	if (entry->name[0] != FAT_ENTRY_DELETED &&
	    (entry->attributes & FAT_ATTRIBUTE_LONG_MASK) ==
		    FAT_ATTRIBUTE_LONG_NAME) {
		take_piece(wanted, (const struct piece *)entry);
		return false;
	}
	long_name_matches = wanted->matches && wanted->pieces_left == 0 &&
			    wanted->checksum == checksum(entry->name);
	wanted->matches = false;

	if (entry->name[0] == FAT_ENTRY_DELETED ||
	    entry->attributes & FAT_ATTRIBUTE_VOLUME_ID) {
		return false;
	}
	return long_name_matches || short_name_matches(wanted, entry->name);
}
