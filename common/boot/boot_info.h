#pragma once
/*
 * What the boot loader told the kernel: the multiboot2 information structure,
 * read once and kept as this.
 */
#include "boot/multiboot2.h"
#include "firmware/acpi.h"
#include "lib/error.h"
#include "lib/types.h"
#include "memory/memory_map.h"

#define BOOT_CMDLINE_MAX 4096

struct boot_info {
	char cmdline[BOOT_CMDLINE_MAX]; /* "" where the loader gave none */
	const char *loader;		/* the boot loader's name, or "" */
	/* RAM that neither firmware nor the information structure occupies */
	struct memory_map memory;
	struct memory_map ram; /* all RAM, whoever occupies it */
	hpa_t startup_page; /* below 640 KiB, where a CPU may start; 0: none */
	hpa_t memory_top;   /* the end of RAM and of ACPI's tables */
	const u8 *rsdp;	    /* a copy of ACPI's root pointer, or NULL */
	u32 rsdp_size;
	const struct acpi *acpi; /* its tables; NULL without sound ones */
	const struct multiboot2_tag_elf_sections *sections; /* or NULL */
};

/*
 * Reads the structure at address into boot. magic is what EAX held at entry.
 * Errors: another magic number, a tag of a wrong size, a structure without
 * memory map, a command line of BOOT_CMDLINE_MAX characters or more, a memory
 * map with too many holes.
 * loader, rsdp and sections point into the structure.
 */
struct error boot_info_read(struct boot_info *boot, u32 magic, hpa_t address);
