#include "image/module_list.h"
#include "lib/string.h"

/* line: NUL-terminated, not empty; cut in two at the first blank. */
static struct error add_line(struct module_list *list, char *line, u64 number)
{
	char *blank = strchr(line, ' ');

	if (blank == line) {
		return failure("list of modules without a path in line",
			       number);
	}
	if (list->count == BOOT_MODULES_MAX) {
		return failure("list of modules with more than",
			       BOOT_MODULES_MAX);
	}
	list->modules[list->count].path = line;
	list->modules[list->count].args = "";
	list->modules[list->count].wanted = BOOT_MODULE_ANYWHERE;
	if (blank != NULL) {
		*blank = '\0';
		list->modules[list->count].args = blank + 1;
	}
	list->count++;
	return SUCCESS;
}

struct error module_list_read(struct image_source *source,
			      struct module_list *list)
{
	struct error error;
	u64 number = 1;

	list->count = 0;
	if (source->size >= MODULE_LIST_SIZE) {
		return failure("list of modules too long, bytes", source->size);
	}
	error = image_source_read(source, 0, list->text, source->size);
	if (failed(error)) {
		return error;
	}
	list->text[source->size] = '\0';
	for (char *line = list->text, *next; line != NULL && !failed(error);
	     line = next, number++) {
		next = strchr(line, '\n');
		if (next != NULL) {
			*next++ = '\0';
		}
		if (line[0] != '\0') {
			error = add_line(list, line, number);
		}
	}
	return error;
}
