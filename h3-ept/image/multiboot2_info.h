#pragma once
/*
 * The multiboot2 information structure that a guest finds when it starts.
 *
 * "Multiboot2 Specification version 2.0": "Boot information". It lies in the
 * part of guest RAM that the guest is told is reserved, see guest_layout.h.
 */
#include "guest_memory.h"

#define MULTIBOOT2_INFO_CMDLINE_MAX 4096u /* bytes, the NUL included */

/*
 * What the guest is told beside the memory map, which follows from the size of
 * its RAM.
 */
struct multiboot2_info_contents {
	const char *cmdline; /* NUL-terminated; "" for none */
	bool is_relocatable; /* then it learns where it was loaded */
	u32 load_base;
};

/*
 * Builds the structure in guest RAM: command line, boot loader name, basic
 * memory information, memory map, and a load base address for a relocatable
 * image; nothing else. Gives its address, which the guest gets in EBX. Errors:
 * a command line of MULTIBOOT2_INFO_CMDLINE_MAX bytes or more; guest RAM that
 * does not reach to 1 MiB, or has no memory behind it.
 */
struct error
multiboot2_info_build(struct guest_memory *memory,
		      const struct multiboot2_info_contents *contents,
		      u32 *info);
