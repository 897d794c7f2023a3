#include "image/boot_options.h"
#include "boot/cmdline.h"
#include "lib/printk.h"
#include "lib/string.h"

#define FLAT_LOAD   0x100000u
#define FLAT16_LOAD 0x7c00u

#define KIND_NAME_SIZE 16

static bool read_kind(struct boot_options *options, const char *cmdline)
{
	char name[KIND_NAME_SIZE] = "auto";

	if (cmdline_has_value(cmdline, "kind") &&
	    !cmdline_value(cmdline, "kind", name, sizeof(name))) {
		name[0] = '\0';
	}
	for (enum guest_kind kind = GUEST_AUTO; kind <= GUEST_FLAT16; kind++) {
		if (strcmp(name, guest_boot_kind_name(kind)) == 0) {
			options->kind = kind;
			return true;
		}
	}
	printk("kind= takes auto, multiboot1, multiboot2, flat or flat16\n");
	return false;
}

static bool read_address(const char *cmdline, const char *name, u32 *address)
{
	u64 value = *address;

	if (cmdline_has_value(cmdline, name) &&
	    (!cmdline_number(cmdline, name, &value) || value > UINT32_MAX)) {
		printk("%s= takes an address below 4 GiB\n", name);
		return false;
	}
	*address = (u32)value;
	return true;
}

static bool read_addresses(struct boot_options *options, const char *cmdline)
{
	bool flat = options->kind == GUEST_FLAT;
	bool flat16 = options->kind == GUEST_FLAT16;

	if (!flat && !flat16 &&
	    (cmdline_has_value(cmdline, "load") ||
	     cmdline_has_value(cmdline, "entry"))) {
		printk("load= and entry= need kind=flat or kind=flat16\n");
		return false;
	}
	options->load = flat16 ? FLAT16_LOAD : FLAT_LOAD;
	if (!read_address(cmdline, "load", &options->load)) {
		return false;
	}
	options->entry = options->load;
	return read_address(cmdline, "entry", &options->entry);
}

static bool read_modules(struct boot_options *options, const char *cmdline)
{
	options->modules[0] = '\0';
	if (cmdline_has_value(cmdline, "modules") &&
	    !cmdline_value(cmdline, "modules", options->modules,
			   sizeof(options->modules))) {
		printk("modules= takes a path of at most %u characters\n",
		       BOOT_OPTIONS_PATH_SIZE - 1);
		return false;
	}
	return true;
}

bool boot_options_read(struct boot_options *options, const char *cmdline)
{
	return read_kind(options, cmdline) &&
	       read_addresses(options, cmdline) &&
	       read_modules(options, cmdline);
}
