#pragma once
/*
 * The information structure of a multiboot2 guest that has a whole machine:
 * what h3's has, and modules and ACPI.
 *
 * "Multiboot2 Specification version 2.0": "Boot information". The strings are
 * arguments alone, without the file's path, as GRUB has it.
 */
#include "image/boot_contents.h"
#include "image/multiboot2_info.h"

/* The tags that a guest may require. */
#define MULTIBOOT2_BOOT_INFO_PROVIDED \
	(MULTIBOOT2_INFO_PROVIDED |   \
	 (u32)(BIT(MULTIBOOT2_TAG_ACPI_OLD) | BIT(MULTIBOOT2_TAG_ACPI_NEW)))

/*
 * Builds the structure in guest RAM, which reaches beyond 1 MiB, and gives its
 * address, for EBX. Errors: it is longer than the place for it; no memory for
 * guest RAM.
 */
struct error multiboot2_boot_info_build(struct guest_memory *memory,
					const struct boot_contents *contents,
					u32 *info);
