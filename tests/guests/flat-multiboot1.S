/* A multiboot1 kernel that is no ELF file: its header says where it goes. */
#define GREETING "multiboot1 guest with addresses here\n"
#define GUEST_HAS_ADDRESS_FIELDS
#include "multiboot1.inc"
