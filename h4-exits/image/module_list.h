#pragma once
/*
 * The list of a guest's modules: a file on the disk.
 *
 * Each line is a module: the file's path, and behind the first blank the
 * arguments that the guest finds with it. Empty lines are passed over. A file,
 * since GRUB changes what it passes on as a command line.
 */
#include "image/boot_modules.h"

#define MODULE_LIST_SIZE 8192u /* bytes; the file is shorter */

struct module_list {
	unsigned int count;
	struct {
		const char *path;
		const char *args;
		gpa_t wanted; /* BOOT_MODULE_ANYWHERE, of one that was read */
	} modules[BOOT_MODULES_MAX];
	char text[MODULE_LIST_SIZE]; /* what the strings are parts of */
};

/*
 * Reads the list. Errors: a file too long; more modules than
 * BOOT_MODULES_MAX; a line that begins with a blank; what the source reports.
 */
struct error module_list_read(struct image_source *source,
			      struct module_list *list);
