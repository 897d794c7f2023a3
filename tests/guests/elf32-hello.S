/* The plain case: an ELF32 file at 1 MiB. */
#define GREETING "elf32 guest here\n"
#include "hello.inc"
