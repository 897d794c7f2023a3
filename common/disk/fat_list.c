#include "disk/fat_list.h"

#include "disk/fat_piece.h"
#include "lib/string.h"

/* A long name whose pieces pass by, from its end to its beginning. */
struct long_name {
	bool is_one; /* as far as it has come */
	u8 pieces_left;
	u8 checksum;
	char *text; /* FAT_LIST_NAME_SIZE */
};

/* What ends a name, and fills up its last piece. */
#define END	0u
#define FILLING 0xffffu

static char printable(u32 character)
{
	if (character < ' ' || character >= 0x7f) {
		return '?';
	}
	return (char)character;
}

/* Only a row of pieces as fat_name_ends_at() has it makes a name. */
static void take_piece(struct long_name *name, const struct fat_piece *piece)
{
	u32 number = piece->ordinal & FAT_PIECE_NUMBER;

	if (piece->ordinal & FAT_PIECE_LAST) {
		memset(name->text, 0, FAT_LIST_NAME_SIZE);
		name->checksum = piece->checksum;
		name->is_one = true;
	} else if (name->pieces_left != number ||
		   name->checksum != piece->checksum) {
		name->is_one = false;
	}
	if (number == 0) {
		name->is_one = false;
	}
	for (u32 i = 0; i < FAT_PIECE_LENGTH && name->is_one; i++) {
		u32 character = fat_piece_character(piece, i);
		u32 at = (number - 1) * FAT_PIECE_LENGTH + i;

		if (character == END || character == FILLING) {
			break;
		}
		if (at >= FAT_LIST_NAME_SIZE - 1) {
			name->is_one = false;
			break;
		}
		name->text[at] = printable(character);
	}
	name->pieces_left = (u8)(number - 1);
}

static void put_short_name(const struct fat_entry *entry, char *name)
{
	u32 base = fat_piece_trimmed(entry->name, FAT_SHORT_BASE);
	u32 extension = fat_piece_trimmed(entry->name + FAT_SHORT_BASE,
					  FAT_SHORT_EXTENSION);

	for (u32 i = 0; i < base; i++) {
		*name++ = printable(entry->name[i]);
	}
	if (extension > 0) {
		*name++ = '.';
	}
	for (u32 i = 0; i < extension; i++) {
		*name++ = printable(entry->name[FAT_SHORT_BASE + i]);
	}
	*name = '\0';
}

/* Is it a file or directory that is to be listed? */
static bool is_listed(const struct fat_entry *entry)
{
	return entry->name[0] != FAT_ENTRY_DELETED && entry->name[0] != '.' &&
	       (entry->attributes & FAT_ATTRIBUTE_VOLUME_ID) == 0;
}

struct error fat_list_open(struct fat *fat, const char *path,
			   struct fat_list *list)
{
	struct error error = fat_find(fat, path, &list->directory);

	list->entry = 0;
	if (!failed(error) && !list->directory.is_directory) {
		return failure("not a directory but a file, at cluster",
			       list->directory.first);
	}
	return error;
}

struct error fat_list_next(struct fat_list *list, struct fat_list_item *item)
{
	struct long_name name = {.text = item->name};
	struct fat_file *directory = &list->directory;
	struct fat_entry entry;

	while (list->entry < directory->size / sizeof(entry)) {
		struct error error =
			fat_read(directory, list->entry * sizeof(entry), &entry,
				 sizeof(entry));

		if (failed(error)) {
			return error;
		}
		if (entry.name[0] == FAT_ENTRY_END) {
			break;
		}
		list->entry++;
		if (fat_piece_is(&entry)) {
			take_piece(&name, (const struct fat_piece *)&entry);
			continue;
		}
		if (is_listed(&entry)) {
			if (!name.is_one || name.pieces_left != 0 ||
			    name.text[0] == '\0' ||
			    name.checksum != fat_piece_checksum(entry.name)) {
				put_short_name(&entry, item->name);
			}
			item->is_directory =
				entry.attributes & FAT_ATTRIBUTE_DIRECTORY;
			item->size = entry.size;
			return SUCCESS;
		}
		name.is_one = false;
	}
	item->name[0] = '\0';
	return SUCCESS;
}
