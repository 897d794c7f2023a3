#pragma once
/*
 * Multiboot2: how a boot loader and a kernel find each other.
 *
 * A kernel image carries a header that says what it wants; the loader starts
 * the kernel with an information structure that says what there is. This
 * kernel stands on both sides: GRUB loads it that way, and it loads its guests
 * that way. "Multiboot2 Specification version 2.0". Assembly files may include
 * this header for its magic numbers.
 */

/* Header: in the first 32 KiB of the image, 8-byte aligned. */
#define MULTIBOOT2_HEADER_MAGIC	     0xe85250d6
#define MULTIBOOT2_HEADER_SEARCH     32768
#define MULTIBOOT2_HEADER_ALIGN	     8
#define MULTIBOOT2_ARCHITECTURE_I386 0

/* Header tags: the kernel's wishes. */
#define MULTIBOOT2_HEADER_TAG_END		  0
#define MULTIBOOT2_HEADER_TAG_INFORMATION_REQUEST 1
#define MULTIBOOT2_HEADER_TAG_ADDRESS		  2
#define MULTIBOOT2_HEADER_TAG_ENTRY_ADDRESS	  3
#define MULTIBOOT2_HEADER_TAG_CONSOLE_FLAGS	  4
#define MULTIBOOT2_HEADER_TAG_FRAMEBUFFER	  5
#define MULTIBOOT2_HEADER_TAG_MODULE_ALIGN	  6
#define MULTIBOOT2_HEADER_TAG_EFI_BS		  7
#define MULTIBOOT2_HEADER_TAG_ENTRY_ADDRESS_EFI32 8
#define MULTIBOOT2_HEADER_TAG_ENTRY_ADDRESS_EFI64 9
#define MULTIBOOT2_HEADER_TAG_RELOCATABLE	  10

#define MULTIBOOT2_HEADER_TAG_OPTIONAL 1 /* in flags: may be ignored */

#define MULTIBOOT2_CONSOLE_FLAGS_REQUIRED	1
#define MULTIBOOT2_CONSOLE_FLAGS_TEXT_SUPPORTED 2

/* "I386 machine state": in EAX when the kernel starts; EBX: information. */
#define MULTIBOOT2_BOOTLOADER_MAGIC 0x36d76289

/* "Boot information format": tags are 8-byte aligned, and so is the whole. */
#define MULTIBOOT2_INFO_ALIGN 8

#define MULTIBOOT2_TAG_END		 0
#define MULTIBOOT2_TAG_CMDLINE		 1
#define MULTIBOOT2_TAG_BOOT_LOADER_NAME	 2
#define MULTIBOOT2_TAG_MODULE		 3
#define MULTIBOOT2_TAG_BASIC_MEMINFO	 4
#define MULTIBOOT2_TAG_BOOTDEV		 5
#define MULTIBOOT2_TAG_MMAP		 6
#define MULTIBOOT2_TAG_VBE		 7
#define MULTIBOOT2_TAG_FRAMEBUFFER	 8
#define MULTIBOOT2_TAG_ELF_SECTIONS	 9
#define MULTIBOOT2_TAG_APM		 10
#define MULTIBOOT2_TAG_EFI32		 11
#define MULTIBOOT2_TAG_EFI64		 12
#define MULTIBOOT2_TAG_SMBIOS		 13
#define MULTIBOOT2_TAG_ACPI_OLD		 14
#define MULTIBOOT2_TAG_ACPI_NEW		 15
#define MULTIBOOT2_TAG_NETWORK		 16
#define MULTIBOOT2_TAG_EFI_MMAP		 17
#define MULTIBOOT2_TAG_EFI_BS		 18
#define MULTIBOOT2_TAG_EFI32_IH		 19
#define MULTIBOOT2_TAG_EFI64_IH		 20
#define MULTIBOOT2_TAG_LOAD_BASE_ADDRESS 21

/* The type of a memory map entry. */
#define MULTIBOOT2_MEMORY_AVAILABLE	   1
#define MULTIBOOT2_MEMORY_RESERVED	   2
#define MULTIBOOT2_MEMORY_ACPI_RECLAIMABLE 3
#define MULTIBOOT2_MEMORY_NVS		   4
#define MULTIBOOT2_MEMORY_BADRAM	   5

#ifndef __ASSEMBLER__
#include "lib/types.h"

/* Of the kernel's header: magic + architecture + length + checksum == 0. */
struct multiboot2_header {
	u32 magic;
	u32 architecture;
	u32 header_length; /* bytes, tags included */
	u32 checksum;
};

/* What every header tag begins with; the next is at size rounded up to 8. */
struct multiboot2_header_tag {
	u16 type;
	u16 flags;
	u32 size; /* bytes, this head included */
};

struct multiboot2_header_tag_information_request {
	struct multiboot2_header_tag head;
	u32 requests[]; /* types of information tags */
};

struct multiboot2_header_tag_address {
	struct multiboot2_header_tag head;
	u32 header_addr;   /* where the header's magic is to be loaded */
	u32 load_addr;	   /* -1: from the beginning of the file */
	u32 load_end_addr; /* 0: to the end of the file */
	u32 bss_end_addr;  /* 0: no bss */
};

struct multiboot2_header_tag_entry_address {
	struct multiboot2_header_tag head;
	u32 entry_addr;
};

struct multiboot2_header_tag_console_flags {
	struct multiboot2_header_tag head;
	u32 console_flags;
};

struct multiboot2_header_tag_framebuffer {
	struct multiboot2_header_tag head;
	u32 width;
	u32 height;
	u32 depth;
};

struct multiboot2_header_tag_relocatable {
	struct multiboot2_header_tag head;
	u32 min_addr;
	u32 max_addr;
	u32 align;
	u32 preference;
};

/* The information structure: this, then tags until MULTIBOOT2_TAG_END. */
struct multiboot2_info {
	u32 total_size; /* bytes, this head and the end tag included */
	u32 reserved;	/* 0 */
};

/* What every information tag begins with; as above, 8-byte aligned. */
struct multiboot2_tag {
	u32 type;
	u32 size; /* bytes, this head included, padding not */
};

/* MULTIBOOT2_TAG_CMDLINE and MULTIBOOT2_TAG_BOOT_LOADER_NAME */
struct multiboot2_tag_string {
	struct multiboot2_tag head;
	char string[]; /* NUL-terminated */
};

struct multiboot2_tag_module {
	struct multiboot2_tag head;
	u32 mod_start;
	u32 mod_end; /* the byte after the last */
	char cmdline[];
};

struct multiboot2_tag_basic_meminfo {
	struct multiboot2_tag head;
	u32 mem_lower; /* KiB from 0, at most 640 */
	u32 mem_upper; /* KiB from 1 MiB up to the first hole */
};

struct multiboot2_mmap_entry {
	u64 addr;
	u64 len;
	u32 type; /* an unknown one means reserved */
	u32 zero;
};

struct multiboot2_tag_mmap {
	struct multiboot2_tag head;
	u32 entry_size;	   /* bytes, a multiple of 8; step by this */
	u32 entry_version; /* 0 */
	struct multiboot2_mmap_entry entries[];
};

/* The kernel's own ELF section headers, and where they were put. */
struct multiboot2_tag_elf_sections {
	struct multiboot2_tag head;
	u32 num;
	u32 entsize;
	u32 shndx; /* the section that holds the section names */
	char sections[];
};

/* MULTIBOOT2_TAG_ACPI_OLD (RSDP version 1) and _NEW (2 or later): a copy. */
struct multiboot2_tag_acpi {
	struct multiboot2_tag head;
	u8 rsdp[];
};

struct multiboot2_tag_load_base_address {
	struct multiboot2_tag head;
	u32 load_base_addr;
};
#endif
