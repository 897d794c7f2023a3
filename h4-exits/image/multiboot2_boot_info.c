#include "image/multiboot2_boot_info.h"
#include "image/guest_layout.h"
#include "image/guest_map.h"
#include "image/multiboot2_tags.h"
#include "lib/string.h"

static void put_module(struct info_writer *writer,
		       const struct boot_module *module)
{
	u32 length = (u32)strlen(module->args) + 1;
	struct multiboot2_tag_module tag = {
		.head = {.type = MULTIBOOT2_TAG_MODULE,
			 .size = (u32)sizeof(tag) + length},
		.mod_start = (u32)module->start,
		.mod_end = (u32)module->end,
	};

	multiboot2_tags_put(writer, &tag, sizeof(tag), module->args, length);
}

/* size: how much of the RSDP that kind of tag holds. */
static void put_rsdp(struct info_writer *writer, u32 type,
		     const struct rsdp *rsdp, u32 size)
{
	struct multiboot2_tag head = {.type = type,
				      .size = (u32)sizeof(head) + size};

	multiboot2_tags_put(writer, &head, sizeof(head), rsdp, size);
}

struct error multiboot2_boot_info_build(struct guest_memory *memory,
					const struct boot_contents *contents,
					u32 *info)
{
	struct info_writer writer = multiboot2_tags_begin(memory);
	struct multiboot2_mmap_entry map[GUEST_MAP_ENTRIES];

	unsigned int ranges = guest_map_make(memory, map);

	multiboot2_tags_string(&writer, MULTIBOOT2_TAG_CMDLINE,
			       contents->cmdline);
	multiboot2_tags_string(&writer, MULTIBOOT2_TAG_BOOT_LOADER_NAME,
			       GUEST_LOADER_NAME);
	for (unsigned int i = 0; i < contents->module_count; i++) {
		put_module(&writer, &contents->modules[i]);
	}
	multiboot2_tags_meminfo(&writer);
	multiboot2_tags_mmap(&writer, map, ranges);
	put_rsdp(&writer, MULTIBOOT2_TAG_ACPI_OLD, contents->rsdp, RSDP_SIZE_1);
	put_rsdp(&writer, MULTIBOOT2_TAG_ACPI_NEW, contents->rsdp,
		 sizeof(*contents->rsdp));
	if (contents->is_relocatable) {
		multiboot2_tags_load_base(&writer, contents->load_base);
	}
	return multiboot2_tags_end(&writer, info);
}
