#pragma once
/*
 * What a guest is told when it starts, beside the memory map, whatever the
 * format of the information structure.
 */
#include "firmware/acpi_layout.h"
#include "image/boot_modules.h"

struct boot_contents {
	const char *path;    /* of the image */
	const char *cmdline; /* "" for none */
	const struct boot_module *modules;
	unsigned int module_count;
	const struct rsdp *rsdp;
	bool is_relocatable; /* then it learns where it was loaded */
	u32 load_base;
};
