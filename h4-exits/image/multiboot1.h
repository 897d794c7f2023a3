#pragma once
/*
 * Multiboot, the first version: how a boot loader and a kernel find each other.
 *
 * "Multiboot Specification version 0.6.96". Most small kernels have this
 * header. Assembly files may include this file for its magic numbers.
 */

/* Header: in the first 8 KiB of the image, 4-byte aligned. */
#define MULTIBOOT1_HEADER_MAGIC	 0x1badb002
#define MULTIBOOT1_HEADER_SEARCH 8192
#define MULTIBOOT1_HEADER_ALIGN	 4

/* The header's flags. What is set of the lowest 16 bits must be served. */
#define MULTIBOOT1_PAGE_ALIGN  0x00000001 /* modules on page boundaries */
#define MULTIBOOT1_MEMORY_INFO 0x00000002
#define MULTIBOOT1_VIDEO_MODE  0x00000004
#define MULTIBOOT1_REQUIRED    0x0000ffff
#define MULTIBOOT1_AOUT_KLUDGE 0x00010000 /* the address fields are valid */

/* "Machine state": in EAX when the kernel starts; EBX: information. */
#define MULTIBOOT1_BOOTLOADER_MAGIC 0x2badb002

/* "Boot information format": which fields of the structure are valid. */
#define MULTIBOOT1_INFO_MEMORY		 0x00000001
#define MULTIBOOT1_INFO_CMDLINE		 0x00000004
#define MULTIBOOT1_INFO_MODS		 0x00000008
#define MULTIBOOT1_INFO_MEM_MAP		 0x00000040
#define MULTIBOOT1_INFO_BOOT_LOADER_NAME 0x00000200

#ifndef __ASSEMBLER__
#include "lib/types.h"

/* Of the kernel's header: magic + flags + checksum == 0. */
struct multiboot1_header {
	u32 magic;
	u32 flags;
	u32 checksum;
};

/* "The address fields of Multiboot header", which follow these three. */
struct multiboot1_address_fields {
	u32 header_addr;
	u32 load_addr;
	u32 load_end_addr; /* 0: to the end of the file */
	u32 bss_end_addr;  /* 0: no bss */
	u32 entry_addr;
};

/* The information structure; flags say which fields are valid. */
struct multiboot1_info {
	u32 flags;
	u32 mem_lower; /* KiB from 0, at most 640 */
	u32 mem_upper; /* KiB from 1 MiB up to the first hole */
	u32 boot_device;
	u32 cmdline;
	u32 mods_count;
	u32 mods_addr;
	u32 syms[4];
	u32 mmap_length; /* bytes */
	u32 mmap_addr;
	u32 drives_length;
	u32 drives_addr;
	u32 config_table;
	u32 boot_loader_name;
	u32 apm_table;
	u32 vbe_control_info;
	u32 vbe_mode_info;
	u16 vbe_mode;
	u16 vbe_interface_seg;
	u16 vbe_interface_off;
	u16 vbe_interface_len;
	u64 framebuffer_addr;
	u32 framebuffer_pitch;
	u32 framebuffer_width;
	u32 framebuffer_height;
	u8 framebuffer_bpp;
	u8 framebuffer_type;
	u8 color_info[6];
} __attribute__((packed));

_Static_assert(sizeof(struct multiboot1_info) == 116,
	       "as the specification's table has it");

struct multiboot1_module {
	u32 mod_start;
	u32 mod_end; /* the byte after the last */
	u32 string;
	u32 reserved;
};

/* The next entry is size bytes behind the size field's own end. */
struct multiboot1_mmap_entry {
	u32 size;
	u64 base_addr;
	u64 length;
	u32 type; /* as MULTIBOOT2_MEMORY_AVAILABLE and the others */
} __attribute__((packed));
#endif
