/*
 * A multiboot1 kernel: an ELF64 file, linked to the top of the address space,
 * with its entry point there, and loaded at 1 MiB.
 */
#define GREETING "multiboot1 elf64 guest here\n"
#include "multiboot1.inc"
