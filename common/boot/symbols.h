#pragma once
/*
 * Names for addresses of the kernel, from its own ELF symbol table, which the
 * boot loader leaves in memory.
 */
#include "boot/multiboot2.h"
#include "lib/types.h"

/*
 * Remembers where the symbol table is. Without one, addresses have no names,
 * and that is all. tag: as boot_info_read() has checked it, or NULL.
 */
void symbols_init(const struct multiboot2_tag_elf_sections *tag);

/*
 * The function that address lies in, and how far behind its beginning; NULL
 * where no function is known there.
 */
const char *symbols_find(u64 address, u64 *offset);
