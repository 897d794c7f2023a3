/* No ELF file at all: its multiboot2 header says where to load it. */
#define GREETING "flat guest here\n"
#define GUEST_HEADER_TAGS                                \
	.short	MULTIBOOT2_HEADER_TAG_ADDRESS, 0;       \
	.long	24, header, header, image_end, bss_end; \
	.short	MULTIBOOT2_HEADER_TAG_ENTRY_ADDRESS, 0; \
	.long	12, start, 0;
#include "hello.inc"
