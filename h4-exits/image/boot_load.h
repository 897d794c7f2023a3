#pragma once
/*
 * From the disk image into guest RAM: the guest's image and its modules.
 */
#include "image/boot_options.h"
#include "image/module_list.h"

/*
 * Finds the file at path and the modules of the options' list on the machine's
 * first hard disk, and loads them; cmdline is the guest's command line, machine
 * what the ACPI tables are to say. Errors: those of guest_disk_open(),
 * guest_disk_open_file(), module_list_read() and guest_boot_load(). culprit:
 * the path of the file that an error is about; it lasts.
 */
struct error boot_load(struct guest_memory *memory, const char *path,
		       const struct boot_options *options, const char *cmdline,
		       const struct guest_acpi_machine *machine,
		       struct guest_boot *boot, const char **culprit);

/* The same with the modules of a list that is at hand; not options->modules. */
struct error boot_load_listed(struct guest_memory *memory, const char *path,
			      const struct boot_options *options,
			      const struct module_list *list,
			      const char *cmdline,
			      const struct guest_acpi_machine *machine,
			      struct guest_boot *boot, const char **culprit);

/*
 * Reads the list of modules at path on that disk. Errors: those of
 * guest_disk_open(), guest_disk_open_file() and module_list_read().
 */
struct error boot_load_read_list(const char *path, struct module_list *list);
