#include "image/multiboot2_info.h"
#include "image/guest_layout.h"
#include "image/multiboot2_tags.h"

static void put_memory_map(struct info_writer *writer)
{
	struct multiboot2_mmap_entry entries[] = {
		{.addr = 0,
		 .len = GUEST_RESERVED_START,
		 .type = MULTIBOOT2_MEMORY_AVAILABLE},
		{.addr = GUEST_RESERVED_START,
		 .len = GUEST_RESERVED_END - GUEST_RESERVED_START,
		 .type = MULTIBOOT2_MEMORY_RESERVED},
		{.addr = GUEST_RESERVED_END,
		 .len = writer->memory->size - GUEST_RESERVED_END,
		 .type = MULTIBOOT2_MEMORY_AVAILABLE},
	};

	multiboot2_tags_mmap(writer, entries, ARRAY_SIZE(entries));
}

struct error
multiboot2_info_build(struct guest_memory *memory,
		      const struct multiboot2_info_contents *contents,
		      u32 *info)
{
	struct info_writer writer = multiboot2_tags_begin(memory);
	struct error error = info_writer_check(memory, contents->cmdline);

	if (failed(error)) {
		return error;
	}
	multiboot2_tags_string(&writer, MULTIBOOT2_TAG_CMDLINE,
			       contents->cmdline);
	multiboot2_tags_string(&writer, MULTIBOOT2_TAG_BOOT_LOADER_NAME,
			       GUEST_LOADER_NAME);
	multiboot2_tags_meminfo(&writer);
	put_memory_map(&writer);
	if (contents->is_relocatable) {
		multiboot2_tags_load_base(&writer, contents->load_base);
	}
	return multiboot2_tags_end(&writer, info);
}
