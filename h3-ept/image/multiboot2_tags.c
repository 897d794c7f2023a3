#include "image/multiboot2_tags.h"
#include "image/guest_layout.h"
#include "lib/string.h"

struct info_writer multiboot2_tags_begin(struct guest_memory *memory)
{
	return (struct info_writer){
		.memory = memory,
		.at = GUEST_INFO_START + sizeof(struct multiboot2_info),
		.end = GUEST_INFO_END,
	};
}

void multiboot2_tags_put(struct info_writer *writer, const void *head,
			 u64 head_size, const void *rest, u64 rest_size)
{
	info_writer_align(writer, MULTIBOOT2_INFO_ALIGN);
	info_writer_put(writer, head, head_size);
	info_writer_put(writer, rest, rest_size);
}

void multiboot2_tags_string(struct info_writer *writer, u32 type,
			    const char *string)
{
	u32 length = (u32)strlen(string) + 1;
	struct multiboot2_tag head = {.type = type,
				      .size = (u32)sizeof(head) + length};

	multiboot2_tags_put(writer, &head, sizeof(head), string, length);
}

void multiboot2_tags_meminfo(struct info_writer *writer)
{
	u64 upper = (writer->memory->size - GUEST_RESERVED_END) / KIB(1);
	struct multiboot2_tag_basic_meminfo tag = {
		.head = {.type = MULTIBOOT2_TAG_BASIC_MEMINFO,
			 .size = sizeof(tag)},
		.mem_lower = GUEST_RESERVED_START / KIB(1),
		.mem_upper = (u32)min_u64(upper, UINT32_MAX),
	};

	multiboot2_tags_put(writer, &tag, sizeof(tag), NULL, 0);
}

void multiboot2_tags_mmap(struct info_writer *writer,
			  const struct multiboot2_mmap_entry *entries,
			  unsigned int count)
{
	u32 size = count * (u32)sizeof(entries[0]);
	struct multiboot2_tag_mmap tag = {
		.head = {.type = MULTIBOOT2_TAG_MMAP,
			 .size = (u32)sizeof(tag) + size},
		.entry_size = sizeof(entries[0]),
		.entry_version = 0,
	};

	multiboot2_tags_put(writer, &tag, sizeof(tag), entries, size);
}

void multiboot2_tags_load_base(struct info_writer *writer, u32 load_base)
{
	struct multiboot2_tag_load_base_address tag = {
		.head = {.type = MULTIBOOT2_TAG_LOAD_BASE_ADDRESS,
			 .size = sizeof(tag)},
		.load_base_addr = load_base,
	};

	multiboot2_tags_put(writer, &tag, sizeof(tag), NULL, 0);
}

struct error multiboot2_tags_end(struct info_writer *writer, u32 *info)
{
	struct multiboot2_tag tag = {.type = MULTIBOOT2_TAG_END,
				     .size = sizeof(tag)};

	multiboot2_tags_put(writer, &tag, sizeof(tag), NULL, 0);

	struct multiboot2_info head = {
		.total_size = (u32)(writer->at - GUEST_INFO_START),
	};

	writer->at = GUEST_INFO_START;
	info_writer_put(writer, &head, sizeof(head));
	*info = GUEST_INFO_START;
	return writer->error;
}
