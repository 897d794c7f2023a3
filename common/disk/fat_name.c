#include "disk/fat_name.h"

#include "disk/fat_piece.h"

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

/* Is the piece what the wanted name has from character start on? */
static bool piece_matches(const struct fat_name *wanted,
			  const struct fat_piece *piece, u32 start)
{
	for (u32 i = 0; i < FAT_PIECE_LENGTH && start + i < wanted->length;
	     i++) {
		if (!same_character(fat_piece_character(piece, i),
				    wanted->name[start + i])) {
			return false;
		}
	}
	/* A name that ends inside its last piece ends in a NUL. */
	return wanted->length - start >= FAT_PIECE_LENGTH ||
	       fat_piece_character(piece, wanted->length - start) == 0;
}

/*
 * Only an unbroken row of pieces, counted down to 1 and all with the same
 * checksum, makes a name.
 */
static void take_piece(struct fat_name *wanted, const struct fat_piece *piece)
{
	u32 number = piece->ordinal & FAT_PIECE_NUMBER;
	u32 start;

	if (number == 0 || number > FAT_PIECES_MAX) {
		wanted->matches = false;
		return;
	}
	start = (number - 1) * FAT_PIECE_LENGTH;
	if (piece->ordinal & FAT_PIECE_LAST) {
		wanted->matches = wanted->length > start &&
				  wanted->length <= start + FAT_PIECE_LENGTH;
		wanted->checksum = piece->checksum;
	} else if (wanted->pieces_left != number ||
		   wanted->checksum != piece->checksum) {
		wanted->matches = false;
	}
	wanted->matches =
		wanted->matches && piece_matches(wanted, piece, start);
	wanted->pieces_left = (u8)(number - 1);
}

static bool short_name_matches(const struct fat_name *wanted, const u8 *name)
{
	const u8 *extension = name + FAT_SHORT_BASE;
	u32 base = fat_piece_trimmed(name, FAT_SHORT_BASE);
	u32 rest = fat_piece_trimmed(extension, FAT_SHORT_EXTENSION);

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

	if (fat_piece_is(entry)) {
		take_piece(wanted, (const struct fat_piece *)entry);
		return false;
	}
	long_name_matches = wanted->matches && wanted->pieces_left == 0 &&
			    wanted->checksum == fat_piece_checksum(entry->name);
	wanted->matches = false;

	if (entry->name[0] == FAT_ENTRY_DELETED ||
	    entry->attributes & FAT_ATTRIBUTE_VOLUME_ID) {
		return false;
	}
	return long_name_matches || short_name_matches(wanted, entry->name);
}
