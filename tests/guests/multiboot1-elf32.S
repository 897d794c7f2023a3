/* A multiboot1 kernel: an ELF32 file at 1 MiB. */
#define GREETING "multiboot1 elf32 guest here\n"
#include "multiboot1.inc"
