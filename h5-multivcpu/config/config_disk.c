#include "config/config_disk.h"
#include "disk/fat_list.h"
#include "lib/printk.h"
#include "lib/string.h"

#define SUFFIX ".toml"

_Static_assert(CONFIG_DISK_PATH_SIZE >=
		       sizeof(CONFIG_DISK_FOLDER "/") + FAT_LIST_NAME_SIZE,
	       "every path has room");

static bool refuse(struct config_error *error, struct error cause)
{
	return config_error_set(error, 0, 0, "%s: %#lx", cause.what,
				(unsigned long)cause.value);
}

/* Names on FAT have no case. */
static int compare(const char *a, const char *b)
{
	while (*a != '\0' && ascii_lower(*a) == ascii_lower(*b)) {
		a++;
		b++;
	}
	return ascii_lower(*a) - ascii_lower(*b);
}

static bool is_description(const struct fat_list_item *item)
{
	size_t length = strlen(item->name);
	size_t suffix = strlen(SUFFIX);

	return !item->is_directory && length > suffix &&
	       compare(item->name + length - suffix, SUFFIX) == 0;
}

/* Puts a path among the others, in order. */
static void insert(struct config_disk *disk, const char *name)
{
	char path[CONFIG_DISK_PATH_SIZE];
	u32 at = disk->count;

	format(path, sizeof(path), "%s/%s", CONFIG_DISK_FOLDER, name);
	while (at > 0 && compare(path, disk->paths[at - 1]) < 0) {
		memcpy(disk->paths[at], disk->paths[at - 1], sizeof(path));
		at--;
	}
	memcpy(disk->paths[at], path, sizeof(path));
	disk->count++;
}

static bool find_all(struct config_disk *disk, struct fat *fat,
		     struct config_error *error)
{
	static struct fat_list_item item;
	struct fat_list list;
	struct error cause = fat_list_open(fat, CONFIG_DISK_FOLDER, &list);

	while (!failed(cause)) {
		cause = fat_list_next(&list, &item);
		if (failed(cause) || item.name[0] == '\0') {
			break;
		}
		if (!is_description(&item)) {
			continue;
		}
		if (disk->count == CONFIG_DISK_VMS_MAX) {
			return config_error_set(
				error, 0, 0, "more than %u files describe VMs",
				CONFIG_DISK_VMS_MAX);
		}
		insert(disk, item.name);
	}
	if (failed(cause)) {
		return refuse(error, cause);
	}
	return disk->count > 0 ||
	       config_error_set(error, 0, 0,
				"no file NAME.toml describes a VM");
}

static bool read_one(struct fat *fat, const char *path,
		     struct vm_config *config, struct config_error *error)
{
	static char text[CONFIG_DISK_FILE_MAX];
	struct fat_file file;
	struct error cause = fat_open(fat, path, &file);

	if (!failed(cause) && file.size > sizeof(text)) {
		return config_error_set(error, 0, 0,
					"the file has %lu bytes; at most %lu "
					"are read",
					(unsigned long)file.size,
					(unsigned long)sizeof(text));
	}
	if (!failed(cause)) {
		cause = fat_read(&file, 0, text, file.size);
	}
	if (failed(cause)) {
		return refuse(error, cause);
	}
	return vm_config_read(config, text, (u32)file.size, error);
}

/* Are the last one's id and name none of those before? */
static bool check_names(const struct config_disk *disk, u32 last,
			struct config_error *error)
{
	const struct vm_config *vm = &disk->vms[last];

	for (u32 i = 0; i < last; i++) {
		if (disk->vms[i].id == vm->id) {
			return config_error_set(error, vm->id_line, 1,
						"id %u is that of %s already",
						vm->id, disk->paths[i]);
		}
		if (strcmp(disk->vms[i].name, vm->name) == 0) {
			return config_error_set(
				error, vm->name_line, 1,
				"name \"%s\" is that of %s already", vm->name,
				disk->paths[i]);
		}
	}
	return true;
}

bool config_disk_read(struct config_disk *disk, struct fat *fat,
		      struct config_error *error, const char **culprit)
{
	disk->count = 0;
	*culprit = CONFIG_DISK_FOLDER;
	if (!find_all(disk, fat, error)) {
		return false;
	}
	for (u32 i = 0; i < disk->count; i++) {
		*culprit = disk->paths[i];
		if (!read_one(fat, disk->paths[i], &disk->vms[i], error) ||
		    !check_names(disk, i, error)) {
			return false;
		}
	}
	return true;
}
