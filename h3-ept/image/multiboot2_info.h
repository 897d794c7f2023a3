#pragma once
/*
 * The multiboot2 information structure that a guest finds when it starts.
 *
 * It lies in the part of guest RAM that the guest is told is reserved, see
 * guest_layout.h.
 */
#include "boot/multiboot2.h"
#include "guest_memory.h"

/*
 * The tags that a guest may require. A framebuffer and modules count as given:
 * that there are none is shown by there being no such tag.
 */
#define MULTIBOOT2_INFO_PROVIDED                                              \
	((u32)(BIT(MULTIBOOT2_TAG_CMDLINE) |                                  \
	       BIT(MULTIBOOT2_TAG_BOOT_LOADER_NAME) |                         \
	       BIT(MULTIBOOT2_TAG_MODULE) |                                   \
	       BIT(MULTIBOOT2_TAG_BASIC_MEMINFO) | BIT(MULTIBOOT2_TAG_MMAP) | \
	       BIT(MULTIBOOT2_TAG_FRAMEBUFFER) |                              \
	       BIT(MULTIBOOT2_TAG_LOAD_BASE_ADDRESS)))

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
 * a command line of GUEST_CMDLINE_MAX bytes or more; guest RAM that does not
 * reach beyond 1 MiB, or has no memory behind it.
 */
struct error
multiboot2_info_build(struct guest_memory *memory,
		      const struct multiboot2_info_contents *contents,
		      u32 *info);
