/* An ELF64 file, linked to the top of the address space, loaded at 1 MiB. */
#define GREETING "elf64 guest here\n"
#include "hello.inc"
