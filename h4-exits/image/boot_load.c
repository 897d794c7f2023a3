#include "image/boot_load.h"
#include "guest_disk.h"

/* Too large for the stack; a kernel loads one guest at a time. */
static struct guest_disk disk;
static struct guest_disk_file files[BOOT_MODULES_MAX];
static struct boot_module modules[BOOT_MODULES_MAX];

static struct error open_modules(const struct module_list *list,
				 const char **culprit)
{
	struct error error = SUCCESS;

	for (unsigned int i = 0; !failed(error) && i < list->count; i++) {
		modules[i] = (struct boot_module){
			.source = &files[i].source,
			.path = list->modules[i].path,
			.args = list->modules[i].args,
			.wanted = list->modules[i].wanted,
		};
		*culprit = modules[i].path;
		error = guest_disk_open_file(&disk, modules[i].path, &files[i]);
	}
	return error;
}

struct error boot_load_listed(struct guest_memory *memory, const char *path,
			      const struct boot_options *options,
			      const struct module_list *list,
			      const char *cmdline,
			      const struct guest_acpi_machine *machine,
			      struct guest_boot *boot, const char **culprit)
{
	struct guest_disk_file file;
	struct guest_boot_request request = {
		.kind = options->kind,
		.load = options->load,
		.entry = options->entry,
		.source = &file.source,
		.path = path,
		.cmdline = cmdline,
		.modules = modules,
		.module_count = list->count,
		.machine = *machine,
	};
	struct error error = guest_disk_open(&disk);

	*culprit = path;
	if (!failed(error)) {
		error = guest_disk_open_file(&disk, path, &file);
	}
	if (!failed(error)) {
		error = open_modules(list, culprit);
	}
	if (failed(error)) {
		return error;
	}
	return guest_boot_load(memory, &request, boot, culprit);
}

struct error boot_load_read_list(const char *path, struct module_list *list)
{
	struct guest_disk_file file;
	struct error error = guest_disk_open(&disk);

	if (!failed(error)) {
		error = guest_disk_open_file(&disk, path, &file);
	}
	return failed(error) ? error : module_list_read(&file.source, list);
}

struct error boot_load(struct guest_memory *memory, const char *path,
		       const struct boot_options *options, const char *cmdline,
		       const struct guest_acpi_machine *machine,
		       struct guest_boot *boot, const char **culprit)
{
	static struct module_list list;
	struct error error = SUCCESS;

	list.count = 0;
	if (options->modules[0] != '\0') {
		*culprit = options->modules;
		error = boot_load_read_list(options->modules, &list);
	}
	return failed(error)
		       ? error
		       : boot_load_listed(memory, path, options, &list, cmdline,
					  machine, boot, culprit);
}
