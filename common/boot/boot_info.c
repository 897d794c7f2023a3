#include "boot/boot_info.h"
#include "lib/elf.h"
#include "lib/string.h"
#include "memory/physical.h"

static struct error read_cmdline(struct boot_info *boot,
				 const struct multiboot2_tag *tag)
{
	const struct multiboot2_tag_string *cmdline = (const void *)tag;
	size_t size = tag->size - sizeof(*cmdline);

	if (strnlen(cmdline->string, size) >= BOOT_CMDLINE_MAX) {
		return failure("the command line is too long, bytes", size);
	}
	memcpy(boot->cmdline, cmdline->string, strnlen(cmdline->string, size));
	return SUCCESS;
}

/* Calls visit for each entry of the memory map. */
static bool for_each_entry(const struct multiboot2_tag *tag,
			   bool (*visit)(struct boot_info *boot,
					 const struct multiboot2_mmap_entry *e),
			   struct boot_info *boot)
{
	const struct multiboot2_tag_mmap *map = (const void *)tag;
	u32 at = sizeof(*map);

	if (map->entry_size < sizeof(struct multiboot2_mmap_entry) ||
	    map->entry_size > tag->size) {
		return false;
	}
	for (; at + map->entry_size <= tag->size; at += map->entry_size) {
		if (!visit(boot, (const void *)((const u8 *)tag + at))) {
			return false;
		}
	}
	return true;
}

/* Reserved ranges are no memory, and may lie far above all of it. */
static bool is_memory(const struct multiboot2_mmap_entry *entry)
{
	return entry->type == MULTIBOOT2_MEMORY_AVAILABLE ||
	       entry->type == MULTIBOOT2_MEMORY_ACPI_RECLAIMABLE ||
	       entry->type == MULTIBOOT2_MEMORY_NVS;
}

static bool add_available(struct boot_info *boot,
			  const struct multiboot2_mmap_entry *entry)
{
	hpa_t end = entry->addr + entry->len;

	if (is_memory(entry) &&
	    !memory_map_add(&boot->ram, entry->addr, entry->len)) {
		return false;
	}
	if (is_memory(entry) && end > boot->memory_top && end >= entry->addr) {
		boot->memory_top = end;
	}
	return entry->type != MULTIBOOT2_MEMORY_AVAILABLE ||
	       memory_map_add(&boot->memory, entry->addr, entry->len);
}

static bool remove_reserved(struct boot_info *boot,
			    const struct multiboot2_mmap_entry *entry)
{
	return entry->type == MULTIBOOT2_MEMORY_AVAILABLE ||
	       memory_map_remove(&boot->memory, entry->addr, entry->len);
}

/* Where firmware's ranges overlap, the reserved one counts. */
static struct error read_memory_map(struct boot_info *boot,
				    const struct multiboot2_tag *tag)
{
	if (!for_each_entry(tag, add_available, boot) ||
	    !for_each_entry(tag, remove_reserved, boot)) {
		return failure("the memory map has too many holes, entries of "
			       "bytes",
			       tag->size);
	}
	return SUCCESS;
}

/* ACPI's version 1 pointer counts only where there is no later one. */
static void read_rsdp(struct boot_info *boot, const struct multiboot2_tag *tag)
{
	if (tag->type == MULTIBOOT2_TAG_ACPI_NEW || boot->rsdp == NULL) {
		boot->rsdp = ((const struct multiboot2_tag_acpi *)tag)->rsdp;
		boot->rsdp_size = tag->size - sizeof(*tag);
	}
}

/* Only section headers of our own kind, and all of them in the tag. */
static void read_sections(struct boot_info *boot,
			  const struct multiboot2_tag *tag)
{
	const struct multiboot2_tag_elf_sections *sections = (const void *)tag;

	if (tag->size >= sizeof(*sections) &&
	    sections->entsize == sizeof(Elf64_Shdr) &&
	    sections->num <=
		    (tag->size - sizeof(*sections)) / sizeof(Elf64_Shdr)) {
		boot->sections = sections;
	}
}

static struct error read_tag(struct boot_info *boot,
			     const struct multiboot2_tag *tag)
{
	switch (tag->type) {
	case MULTIBOOT2_TAG_CMDLINE:
		return read_cmdline(boot, tag);
	case MULTIBOOT2_TAG_BOOT_LOADER_NAME:
		boot->loader =
			((const struct multiboot2_tag_string *)tag)->string;
		return SUCCESS;
	case MULTIBOOT2_TAG_MMAP:
		return read_memory_map(boot, tag);
	case MULTIBOOT2_TAG_ELF_SECTIONS:
		read_sections(boot, tag);
		return SUCCESS;
	case MULTIBOOT2_TAG_ACPI_OLD:
	case MULTIBOOT2_TAG_ACPI_NEW:
		read_rsdp(boot, tag);
		return SUCCESS;
	default:
		return SUCCESS;
	}
}

/* The loader put the sections that are no part of the image where it liked. */
static bool remove_sections(struct boot_info *boot)
{
	const struct multiboot2_tag_elf_sections *tag = boot->sections;

	if (tag == NULL) {
		return true;
	}
	const Elf64_Shdr *sections = (const void *)tag->sections;

	for (u32 i = 0; i < tag->num; i++) {
		if (!memory_map_remove(&boot->memory, sections[i].sh_addr,
				       sections[i].sh_size)) {
			return false;
		}
	}
	return true;
}

struct error boot_info_read(struct boot_info *boot, u32 magic, hpa_t address)
{
	const struct multiboot2_info *info = phys_to_virt(address);
	u32 at = sizeof(*info);

	memset(boot, 0, sizeof(*boot));
	boot->loader = "";
	if (magic != MULTIBOOT2_BOOTLOADER_MAGIC) {
		return failure("not started by a multiboot2 loader, EAX was",
			       magic);
	}
	while (at + sizeof(struct multiboot2_tag) <= info->total_size) {
		const struct multiboot2_tag *tag = phys_to_virt(address + at);

		if (tag->type == MULTIBOOT2_TAG_END) {
			break;
		}
		if (tag->size < sizeof(struct multiboot2_tag_string) ||
		    tag->size > info->total_size - at) {
			return failure("a tag of the boot loader's information "
				       "has a wrong size, at offset",
				       at);
		}
		struct error error = read_tag(boot, tag);

		if (failed(error)) {
			return error;
		}
		at += (u32)ALIGN_UP(tag->size, MULTIBOOT2_INFO_ALIGN);
	}
	if (boot->memory.count == 0) {
		return failure("the boot loader gave no memory map, tags of "
			       "bytes",
			       info->total_size);
	}
	if (!memory_map_remove(&boot->memory, address, info->total_size) ||
	    !remove_sections(boot)) {
		return failure("the memory map has too many holes, ranges",
			       boot->memory.count);
	}
	return SUCCESS;
}
