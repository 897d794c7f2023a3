#include "image/boot_load.h"
#include "guest_disk.h"
#include "image/module_list.h"

/* Too large for the stack; a kernel loads one guest at a time. */
static struct guest_disk disk;
static struct module_list list;
static struct guest_disk_file files[BOOT_MODULES_MAX];
static struct boot_module modules[BOOT_MODULES_MAX];

static struct error open_modules(const char *path, unsigned int *count,
				 const char **culprit)
{
	struct guest_disk_file file;
	struct error error = guest_disk_open_file(&disk, path, &file);

	*culprit = path;
	if (!failed(error)) {
		error = module_list_read(&file.source, &list);
	}
	for (unsigned int i = 0; !failed(error) && i < list.count; i++) {
		modules[i] = (struct boot_module){
			.source = &files[i].source,
			.path = list.modules[i].path,
			.args = list.modules[i].args,
		};
		*culprit = modules[i].path;
		error = guest_disk_open_file(&disk, modules[i].path, &files[i]);
	}
	*count = list.count;
	return error;
}

struct error boot_load(struct guest_memory *memory, const char *path,
		       const struct boot_options *options, const char *cmdline,
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
		.machine = *machine,
	};
	struct error error = guest_disk_open(&disk);

	*culprit = path;
	if (!failed(error)) {
		error = guest_disk_open_file(&disk, path, &file);
	}
	if (!failed(error) && options->modules[0] != '\0') {
		error = open_modules(options->modules, &request.module_count,
				     culprit);
	}
	if (failed(error)) {
		return error;
	}
	return guest_boot_load(memory, &request, boot, culprit);
}
