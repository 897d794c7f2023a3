/*
 * modules: h3-ept/image/guest_image.c h3-ept/image/elf_image.c
 * modules: h3-ept/image/image_segments.c h3-ept/image/multiboot2_header.c
 * modules: h3-ept/image/image_plan.c h3-ept/image/image_beginning.c
 * modules: h3-ept/image/multiboot2_image.c h3-ept/image/multiboot2_info.c
 * modules: h3-ept/image/multiboot2_tags.c h3-ept/image/info_writer.c
 * modules: h3-ept/guest_memory.c
 * modules: h3-ept/ept.c h3-ept/ept_check.c tests/unit/fake_frames.c
 *
 * Feeds hostile guest images to the loader.
 *
 * The input is the image. Mutations start from sound images of each kind, and
 * mostly keep the checksum of the multiboot2 header right, which chance would
 * never do.
 *
 * Besides what the sanitizers see, these must hold. An image that is refused
 * leaves guest RAM as it was. One that is loaded has its entry point among what
 * was loaded, and nothing was written beside that and the information
 * structure, whose tags are sound.
 */
#include <stdlib.h>
#include <string.h>

#include "boot/multiboot2.h"
#include "fake_frames.h"
#include "guest_images.h"
#include "image/guest_image.h"
#include "image/guest_layout.h"

/* One block of 2 MiB, and small frames after it. */
#define RAM    (MIB(2) + KIB(64))
#define CANARY 0xa5

#define MUST(condition)             \
	do {                        \
		if (!(condition)) { \
			abort();    \
		}                   \
	} while (0)

struct input {
	struct image_source source;
	const u8 *bytes;
};

static struct ept ept;
static struct guest_memory memory;
static u8 untouched[RAM];
static u8 actual[RAM];

size_t LLVMFuzzerMutate(u8 *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max_size,
			       unsigned int seed);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static struct error read_input(struct image_source *source, u64 offset,
			       void *buffer, u64 size)
{
	const struct input *input = (const struct input *)source;

	MUST(image_source_contains(source, offset, size));
	memcpy(buffer, input->bytes + offset, size);
	return SUCCESS;
}

static void make_memory(void)
{
	const u64 capabilities = EPT_CAP_WALK_LENGTH_4 | EPT_CAP_TABLES_WB |
				 EPT_CAP_2M_PAGES | EPT_CAP_INVEPT |
				 EPT_CAP_INVEPT_SINGLE;

	MUST(!failed(ept_init(&ept, capabilities, 48)));
	MUST(!failed(guest_memory_init(&memory, &ept, RAM, false)));
	memset(untouched, CANARY, RAM);
	MUST(guest_memory_write(&memory, 0, untouched, RAM));
}

static void restore(gpa_t start, gpa_t end)
{
	MUST(start <= end && end <= RAM);
	memset(actual + start, CANARY, end - start);
	MUST(guest_memory_write(&memory, start, actual + start, end - start));
}

/* The information structure's end. */
static gpa_t check_info(gpa_t info)
{
	struct multiboot2_info head;
	struct multiboot2_tag tag;
	u64 at = sizeof(head);

	memcpy(&head, actual + info, sizeof(head));
	MUST(info >= GUEST_RESERVED_START);
	MUST(info + head.total_size <= GUEST_RESERVED_END);
	do {
		memcpy(&tag, actual + info + at, sizeof(tag));
		MUST(tag.size >= sizeof(tag));
		MUST(at + tag.size <= head.total_size);
		at += ALIGN_UP(tag.size, MULTIBOOT2_INFO_ALIGN);
	} while (tag.type != MULTIBOOT2_TAG_END);
	MUST(at == head.total_size);
	return info + head.total_size;
}

static void check_loaded(const struct guest_image *guest)
{
	MUST(guest->lowest < guest->end && guest->end <= RAM);
	MUST(guest->entry >= guest->lowest && guest->entry < guest->end);
	MUST(guest_memory_read(&memory, 0, actual, RAM));

	gpa_t info_end = check_info(guest->info);

	restore(guest->lowest, guest->end);
	restore(guest->info, info_end);
	MUST(memcmp(actual, untouched, RAM) == 0);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static unsigned int refused;
	struct input input = {.source = {.size = size, .read = read_input},
			      .bytes = data};
	struct guest_image guest;
	u64 blocks;

	if (memory.size == 0) {
		make_memory();
	}
	blocks = fake_frames_outstanding();
	if (!failed(guest_image_load(&input.source, &memory, "a=b", &guest))) {
		check_loaded(&guest);
	} else if (refused++ % 64 == 0) {
		MUST(guest_memory_read(&memory, 0, actual, RAM));
		MUST(memcmp(actual, untouched, RAM) == 0);
	}
	MUST(fake_frames_outstanding() == blocks);
	return 0;
}

/* A sound image of one of the three kinds, as small as can be. */
static size_t make_sound(u8 *data, size_t max_size, unsigned int kind)
{
	static struct test_image image;
	const u32 by_address[] = {(u32)MIB(1) + IMAGE_HEADER_AT, ~0u, 0,
				  (u32)MIB(1) + KIB(4)};
	const u32 entry = (u32)MIB(1) + 0x300;
	const u32 requests[] = {MULTIBOOT2_TAG_MMAP, MULTIBOOT2_TAG_CMDLINE};

	if (max_size < KIB(1)) {
		return 0;
	}
	test_image_init(&image, KIB(1));
	if (kind == 0) {
		test_image_make_elf32(&image, entry);
		test_image_load32(&image, 0, KIB(1), (u32)MIB(1), KIB(8));
		test_image_load32(&image, 0x100, 0x100, MIB(2) - 128, 0x200);
	} else if (kind == 1) {
		test_image_make_elf64(&image, ~0xffffull + 0x300);
		test_image_load64(&image, 0, KIB(1), ~0xffffull, MIB(1),
				  KIB(8));
		test_image_load64(&image, 0x100, 0x100, 0, KIB(64), 0x100);
	}
	test_image_begin(&image);
	if (kind == 2) {
		test_image_tag(&image, MULTIBOOT2_HEADER_TAG_ADDRESS, 0,
			       by_address, ARRAY_SIZE(by_address));
		test_image_tag(&image, MULTIBOOT2_HEADER_TAG_ENTRY_ADDRESS, 0,
			       &entry, 1);
	}
	test_image_tag(&image, MULTIBOOT2_HEADER_TAG_INFORMATION_REQUEST, 0,
		       requests, ARRAY_SIZE(requests));
	test_image_end(&image);
	memcpy(data, image.bytes, KIB(1));
	return KIB(1);
}

/* Makes the checksum of the first multiboot2 header right. */
static void seal(u8 *data, size_t size)
{
	struct multiboot2_header header;

	for (size_t at = 0; at + sizeof(header) <= size; at += 8) {
		memcpy(&header, data + at, sizeof(header));
		if (header.magic == MULTIBOOT2_HEADER_MAGIC) {
			header.checksum = -(header.magic + header.architecture +
					    header.header_length);
			memcpy(data + at, &header, sizeof(header));
			return;
		}
	}
}

size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max_size,
			       unsigned int seed)
{
	if (size < KIB(1) && seed % 4 != 0) {
		size = make_sound(data, max_size, seed / 4 % 3);
	}
	size = LLVMFuzzerMutate(data, size, max_size);
	if (seed % 16 != 0) {
		seal(data, size);
	}
	return size;
}
