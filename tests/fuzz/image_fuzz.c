/*
 * modules: h4-exits/image/guest_boot.c h4-exits/image/guest_map.c
 * modules: h4-exits/image/boot_modules.c h4-exits/image/multiboot1_header.c
 * modules: h4-exits/image/multiboot1_image.c h4-exits/image/multiboot1_info.c
 * modules: h4-exits/image/multiboot2_boot_info.c
 * modules: h4-exits/acpi/guest_acpi.c h4-exits/acpi/guest_madt.c
 * modules: h4-exits/acpi/dsdt.S h4-exits/bios/guest_bios.c
 * modules: h4-exits/bios/bios_handlers.S
 * modules: h3-ept/image/guest_image.c h3-ept/image/elf_image.c
 * modules: h3-ept/image/image_segments.c h3-ept/image/multiboot2_header.c
 * modules: h3-ept/image/image_plan.c h3-ept/image/image_beginning.c
 * modules: h3-ept/image/multiboot2_image.c h3-ept/image/multiboot2_info.c
 * modules: h3-ept/image/multiboot2_tags.c h3-ept/image/info_writer.c
 * modules: h3-ept/guest_memory.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept.c h3-ept/ept_check.c tests/unit/fake_frames.c
 *
 * Feeds hostile guest images to the loaders of h3 and of h4.
 *
 * The input is the image, but for its last byte, which says which loader gets
 * it and as what kind of guest. Mutations start from sound images of each kind,
 * and mostly keep the checksums of the multiboot headers right, which chance
 * would never do.
 *
 * Besides what the sanitizers see, these must hold. An image that is refused
 * leaves guest RAM as it was. One that is loaded has its entry point among what
 * was loaded, and nothing was written beside that, the modules and the boot
 * information, whose parts are sound.
 */
#include <stdlib.h>
#include <string.h>

#include "bios/guest_bios.h"
#include "boot/multiboot2.h"
#include "fake_frames.h"
#include "guest_images.h"
#include "image/guest_boot.h"
#include "image/guest_image.h"
#include "image/guest_layout.h"
#include "image/multiboot1.h"

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

/* Comparing all of RAM is slow, and what is wrong stays wrong. */
static void check_refused(void)
{
	static unsigned int refused;

	if (refused++ % 64 == 0) {
		MUST(guest_memory_read(&memory, 0, actual, RAM));
		MUST(memcmp(actual, untouched, RAM) == 0);
	}
}

static void load_by_h3(struct image_source *source)
{
	struct guest_image guest;

	if (failed(guest_image_load(source, &memory, "a=b", &guest))) {
		check_refused();
		return;
	}
	check_loaded(&guest);
}

/* A piece of boot information, whose address the guest was told. */
static void check_told(u64 address, u64 size)
{
	MUST(address >= GUEST_INFO_START && address <= GUEST_INFO_END);
	MUST(size <= GUEST_INFO_END - address);
}

static void check_multiboot1_info(gpa_t at)
{
	struct multiboot1_info info;

	check_told(at, sizeof(info));
	memcpy(&info, actual + at, sizeof(info));
	check_told(info.mods_addr, info.mods_count * 16);
	check_told(info.mmap_addr, info.mmap_length);
	check_told(info.cmdline, 1);
	MUST(strcmp((char *)actual + info.cmdline, "/guest a=b") == 0);
}

static void check_start(const struct guest_boot *boot)
{
	u64 entry = boot->start.eip;

	if (boot->start.mode == START_REAL_16) {
		entry += (u64)boot->start.cs << 4;
	}
	MUST(entry >= boot->lowest && entry < boot->end);
	if (boot->kind == GUEST_MULTIBOOT1) {
		check_multiboot1_info(boot->start.ebx);
	} else if (boot->kind == GUEST_MULTIBOOT2) {
		check_info(boot->start.ebx);
	}
}

static void load_by_h4(struct image_source *source, enum guest_kind kind)
{
	static const u8 text[] = "a module";
	struct input file = {
		.source = {.size = sizeof(text), .read = read_input},
		.bytes = text};
	struct boot_module module = {
		.source = &file.source, .path = "/m", .args = "x"};
	bool flat = kind == GUEST_FLAT || kind == GUEST_FLAT16;
	struct guest_boot_request request = {
		.kind = kind,
		.load = kind == GUEST_FLAT ? (u32)MIB(1) : 0x7c00,
		.entry = kind == GUEST_FLAT ? (u32)MIB(1) + 1 : 0x7c01,
		.source = source,
		.path = "/guest",
		.cmdline = flat ? "" : "a=b",
		.modules = &module,
		.module_count = flat ? 0 : 1,
		.machine = {.cpus = 1},
	};
	struct guest_boot boot;
	const char *culprit;

	if (failed(guest_boot_load(&memory, &request, &boot, &culprit))) {
		check_refused();
		return;
	}
	MUST(boot.lowest < boot.end && boot.end <= RAM);
	MUST(guest_memory_read(&memory, 0, actual, RAM));
	check_start(&boot);
	if (!flat) {
		MUST(module.start >= boot.end && module.end <= RAM);
		MUST(memcmp(actual + module.start, text, sizeof(text)) == 0);
		restore(module.start, module.end);
	}
	restore(boot.lowest, boot.end);
	restore(0, GUEST_BIOS_DATA_END);
	restore(GUEST_RESERVED_START, GUEST_RESERVED_END);
	MUST(memcmp(actual, untouched, RAM) == 0);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input input = {.source = {.read = read_input}, .bytes = data};
	u8 loader;
	u64 blocks;

	if (size == 0) {
		return 0;
	}
	if (memory.size == 0) {
		make_memory();
	}
	blocks = fake_frames_outstanding();
	input.source.size = size - 1;
	loader = data[size - 1] % (GUEST_FLAT16 + 2);
	if (loader > GUEST_FLAT16) {
		load_by_h3(&input.source);
	} else {
		load_by_h4(&input.source, loader);
	}
	MUST(fake_frames_outstanding() == blocks);
	return 0;
}

/* Segments and entry point of a sound ELF file of either class. */
static void make_elf(struct test_image *image, bool elf64, u32 entry)
{
	if (elf64) {
		test_image_make_elf64(image, ~0xffffull + 0x300);
		test_image_load64(image, 0, KIB(1), ~0xffffull, MIB(1), KIB(8));
		test_image_load64(image, 0x100, 0x100, 0, KIB(64), 0x100);
	} else {
		test_image_make_elf32(image, entry);
		test_image_load32(image, 0, KIB(1), (u32)MIB(1), KIB(8));
		test_image_load32(image, 0x100, 0x100, MIB(2) - 128, 0x200);
	}
}

static void make_multiboot2(struct test_image *image, bool by_address,
			    u32 entry)
{
	const u32 address[] = {(u32)MIB(1) + IMAGE_HEADER_AT, ~0u, 0,
			       (u32)MIB(1) + KIB(4)};
	const u32 requests[] = {MULTIBOOT2_TAG_MMAP, MULTIBOOT2_TAG_CMDLINE};

	test_image_begin(image);
	if (by_address) {
		test_image_tag(image, MULTIBOOT2_HEADER_TAG_ADDRESS, 0, address,
			       ARRAY_SIZE(address));
		test_image_tag(image, MULTIBOOT2_HEADER_TAG_ENTRY_ADDRESS, 0,
			       &entry, 1);
	}
	test_image_tag(image, MULTIBOOT2_HEADER_TAG_INFORMATION_REQUEST, 0,
		       requests, ARRAY_SIZE(requests));
	test_image_end(image);
}

static void make_multiboot1(struct test_image *image, bool by_address,
			    u32 entry)
{
	const u32 header[] = {
		MULTIBOOT1_HEADER_MAGIC,
		by_address ? MULTIBOOT1_AOUT_KLUDGE : 0,
		0,
		(u32)MIB(1) + IMAGE_HEADER_AT,
		(u32)MIB(1),
		0,
		(u32)MIB(1) + KIB(4),
		entry,
	};

	memcpy(image->bytes + IMAGE_HEADER_AT, header, sizeof(header));
}

/* A sound image as small as can be: of two protocols, and three formats. */
static size_t make_sound(u8 *data, size_t max_size, unsigned int kind)
{
	static struct test_image image;
	const u32 entry = (u32)MIB(1) + 0x300;
	bool by_address = kind % 3 == 2;

	if (max_size < KIB(1)) {
		return 0;
	}
	test_image_init(&image, KIB(1));
	if (!by_address) {
		make_elf(&image, kind % 3 == 1, entry);
	}
	if (kind < 3) {
		make_multiboot2(&image, by_address, entry);
	} else {
		make_multiboot1(&image, by_address, entry);
	}
	memcpy(data, image.bytes, KIB(1));
	return KIB(1);
}

/* Makes the checksum of the first header, of either version, right. */
static void seal(u8 *data, size_t size)
{
	struct multiboot2_header second;
	struct multiboot1_header first;

	for (size_t at = 0; at + sizeof(second) <= size; at += 4) {
		memcpy(&second, data + at, sizeof(second));
		memcpy(&first, data + at, sizeof(first));
		if (second.magic == MULTIBOOT2_HEADER_MAGIC) {
			second.checksum = -(second.magic + second.architecture +
					    second.header_length);
			memcpy(data + at, &second, sizeof(second));
			return;
		}
		if (first.magic == MULTIBOOT1_HEADER_MAGIC) {
			first.checksum = -(first.magic + first.flags);
			memcpy(data + at, &first, sizeof(first));
			return;
		}
	}
}

size_t LLVMFuzzerCustomMutator(u8 *data, size_t size, size_t max_size,
			       unsigned int seed)
{
	if (size < KIB(1) && seed % 4 != 0) {
		size = make_sound(data, max_size, seed / 4 % 6);
	}
	size = LLVMFuzzerMutate(data, size, max_size);
	if (seed % 16 != 0) {
		seal(data, size);
	}
	/* The last byte chooses the loader: see above. */
	if (size > 0 && seed % 8 != 0) {
		data[size - 1] = (u8)(seed / 16);
	}
	return size;
}
