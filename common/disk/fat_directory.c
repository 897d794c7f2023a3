#include "disk/fat_directory.h"

#include "disk/fat_name.h"

struct error fat_directory_find(struct fat_file *directory, const char *name,
				u32 length, struct fat_entry *entry,
				bool *found)
{
	struct fat_name wanted = {.name = name, .length = length};
	u64 entries = directory->size / sizeof(*entry);

	*found = false;
	for (u64 i = 0; i < entries && !*found; i++) {
		struct error error = fat_read(directory, i * sizeof(*entry),
					      entry, sizeof(*entry));

		if (failed(error)) {
			return error;
		}
		if (entry->name[0] == FAT_ENTRY_END) {
			break;
		}
		*found = fat_name_ends_at(&wanted, entry);
	}
	return SUCCESS;
}
