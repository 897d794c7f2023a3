#pragma once
/*
 * The information structure of a multiboot1 guest.
 *
 * "Multiboot Specification version 0.6.96": "Boot information format". The
 * first word of the command line, and of each module's string, is the file's
 * path, as GRUB Legacy and QEMU have it.
 */
#include "image/boot_contents.h"

/*
 * Builds the structure in guest RAM, which reaches beyond 1 MiB: memory sizes,
 * command line, modules, memory map, boot loader name. Gives its address, for
 * EBX. Errors: it is longer than the place for it; no memory for guest RAM.
 */
struct error multiboot1_info_build(struct guest_memory *memory,
				   const struct boot_contents *contents,
				   u32 *info);
