#include "image/multiboot2_info.h"
#include "boot/multiboot2.h"
#include "image/guest_layout.h"
#include "lib/string.h"

#define LOADER_NAME "A tour of VT-x"

/* Writes go one after the other; once one has failed, the rest do nothing. */
struct writer {
	struct guest_memory *memory;
	gpa_t at;
	bool failed;
};

static void put(struct writer *writer, const void *bytes, u64 size)
{
	if (!writer->failed &&
	    !guest_memory_write(writer->memory, writer->at, bytes, size)) {
		writer->failed = true;
	}
	writer->at += size;
}

/* Each tag begins aligned; the space before it is left zero. */
static void align(struct writer *writer)
{
	static const u8 zeros[MULTIBOOT2_INFO_ALIGN];

	put(writer, zeros,
	    ALIGN_UP(writer->at, MULTIBOOT2_INFO_ALIGN) - writer->at);
}

static void put_string(struct writer *writer, u32 type, const char *string)
{
	u32 length = (u32)strlen(string) + 1;
	struct multiboot2_tag head = {.type = type,
				      .size = (u32)sizeof(head) + length};

	align(writer);
	put(writer, &head, sizeof(head));
	put(writer, string, length);
}

static void put_meminfo(struct writer *writer)
{
	u64 upper = (writer->memory->size - GUEST_RESERVED_END) / KIB(1);
	struct multiboot2_tag_basic_meminfo tag = {
		.head = {.type = MULTIBOOT2_TAG_BASIC_MEMINFO,
			 .size = sizeof(tag)},
		.mem_lower = GUEST_RESERVED_START / KIB(1),
		.mem_upper = (u32)min_u64(upper, UINT32_MAX),
	};

	align(writer);
	put(writer, &tag, sizeof(tag));
}

static void put_memory_map(struct writer *writer)
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
	struct multiboot2_tag_mmap tag = {
		.head = {.type = MULTIBOOT2_TAG_MMAP,
			 .size = sizeof(tag) + sizeof(entries)},
		.entry_size = sizeof(entries[0]),
		.entry_version = 0,
	};

	align(writer);
	put(writer, &tag, sizeof(tag));
	put(writer, entries, sizeof(entries));
}

static void put_load_base(struct writer *writer, u32 load_base)
{
	struct multiboot2_tag_load_base_address tag = {
		.head = {.type = MULTIBOOT2_TAG_LOAD_BASE_ADDRESS,
			 .size = sizeof(tag)},
		.load_base_addr = load_base,
	};

	align(writer);
	put(writer, &tag, sizeof(tag));
}

static void put_end(struct writer *writer)
{
	struct multiboot2_tag tag = {.type = MULTIBOOT2_TAG_END,
				     .size = sizeof(tag)};

	align(writer);
	put(writer, &tag, sizeof(tag));
}

struct error
multiboot2_info_build(struct guest_memory *memory,
		      const struct multiboot2_info_contents *contents,
		      u32 *info)
{
	struct writer writer = {
		.memory = memory,
		.at = GUEST_INFO_START + sizeof(struct multiboot2_info),
	};
	size_t length = strnlen(contents->cmdline, MULTIBOOT2_INFO_CMDLINE_MAX);

	if (length >= MULTIBOOT2_INFO_CMDLINE_MAX) {
		return failure("command line too long; it must be shorter than",
			       MULTIBOOT2_INFO_CMDLINE_MAX);
	}
	if (memory->size <= GUEST_RESERVED_END) {
		return failure("guest RAM too small, bytes", memory->size);
	}
	put_string(&writer, MULTIBOOT2_TAG_CMDLINE, contents->cmdline);
	put_string(&writer, MULTIBOOT2_TAG_BOOT_LOADER_NAME, LOADER_NAME);
	put_meminfo(&writer);
	put_memory_map(&writer);
	if (contents->is_relocatable) {
		put_load_base(&writer, contents->load_base);
	}
	put_end(&writer);

	struct multiboot2_info head = {
		.total_size = (u32)(writer.at - GUEST_INFO_START),
	};

	writer.at = GUEST_INFO_START;
	put(&writer, &head, sizeof(head));
	if (writer.failed) {
		return failure("no memory for guest RAM at", GUEST_INFO_START);
	}
	*info = GUEST_INFO_START;
	return SUCCESS;
}
