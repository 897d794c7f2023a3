#include "image/multiboot1_info.h"
#include "image/guest_layout.h"
#include "image/guest_map.h"
#include "image/info_writer.h"
#include "image/multiboot1.h"
#include "lib/string.h"

#define INFO_ALIGN 8

/* "path args", or the path alone where there are no arguments. */
static u32 put_line(struct info_writer *writer, const char *path,
		    const char *args)
{
	u32 at = (u32)writer->at;

	if (args[0] == '\0') {
		return info_writer_string(writer, path);
	}
	info_writer_put(writer, path, strlen(path));
	info_writer_put(writer, " ", 1);
	info_writer_string(writer, args);
	return at;
}

static void put_modules(struct info_writer *writer,
			const struct boot_contents *contents,
			struct multiboot1_info *info)
{
	struct multiboot1_module modules[BOOT_MODULES_MAX] = {0};

	for (unsigned int i = 0; i < contents->module_count; i++) {
		const struct boot_module *module = &contents->modules[i];

		modules[i] = (struct multiboot1_module){
			.mod_start = (u32)module->start,
			.mod_end = (u32)module->end,
			.string = put_line(writer, module->path, module->args),
		};
	}
	info_writer_align(writer, INFO_ALIGN);
	info->flags |= MULTIBOOT1_INFO_MODS;
	info->mods_count = contents->module_count;
	info->mods_addr = (u32)writer->at;
	info_writer_put(writer, modules,
			contents->module_count * sizeof(modules[0]));
}

static void put_memory_map(struct info_writer *writer,
			   struct multiboot1_info *info)
{
	struct multiboot2_mmap_entry map[GUEST_MAP_ENTRIES];
	struct multiboot1_mmap_entry entries[GUEST_MAP_ENTRIES];
	unsigned int ranges = guest_map_make(writer->memory, map);

	for (unsigned int i = 0; i < ranges; i++) {
		entries[i] = (struct multiboot1_mmap_entry){
			.size = sizeof(entries[i]) - sizeof(entries[i].size),
			.base_addr = map[i].addr,
			.length = map[i].len,
			.type = map[i].type,
		};
	}
	info->flags |= MULTIBOOT1_INFO_MEM_MAP;
	info->mmap_addr = (u32)writer->at;
	info->mmap_length = ranges * (u32)sizeof(entries[0]);
	info_writer_put(writer, entries, info->mmap_length);
}

struct error multiboot1_info_build(struct guest_memory *memory,
				   const struct boot_contents *contents,
				   u32 *info)
{
	u64 upper = (memory->size - GUEST_RESERVED_END) / KIB(1);
	struct info_writer writer = {
		.memory = memory,
		.at = GUEST_INFO_START + sizeof(struct multiboot1_info),
		.end = GUEST_INFO_END,
	};
	struct multiboot1_info head = {
		.flags = MULTIBOOT1_INFO_MEMORY | MULTIBOOT1_INFO_CMDLINE |
			 MULTIBOOT1_INFO_BOOT_LOADER_NAME,
		.mem_lower = GUEST_RESERVED_START / KIB(1),
		.mem_upper = (u32)min_u64(upper, UINT32_MAX),
	};

	head.cmdline = put_line(&writer, contents->path, contents->cmdline);
	head.boot_loader_name = info_writer_string(&writer, GUEST_LOADER_NAME);
	put_modules(&writer, contents, &head);
	put_memory_map(&writer, &head);
	writer.at = GUEST_INFO_START;
	info_writer_put(&writer, &head, sizeof(head));
	*info = GUEST_INFO_START;
	return writer.error;
}
