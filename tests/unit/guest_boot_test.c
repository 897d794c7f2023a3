/*
 * modules: h4-exits/image/guest_boot.c h4-exits/image/guest_map.c
 * modules: h4-exits/image/boot_modules.c h4-exits/image/multiboot1_header.c
 * modules: h4-exits/image/multiboot1_image.c h4-exits/image/multiboot1_info.c
 * modules: h4-exits/image/multiboot2_boot_info.c
 * modules: h4-exits/image/module_list.c
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
 */
#include "boot_fixture.h"
#include "image/module_list.h"

/* The tag number index of that type in the loaded guest's information. */
static const void *find_tag(u32 type, unsigned int index)
{
	const u8 *info = low_memory() + boot.start.ebx;
	const struct multiboot2_info *head = (const void *)info;

	for (u32 at = sizeof(*head); at < head->total_size;) {
		const struct multiboot2_tag *tag = (const void *)(info + at);

		if (tag->type == type && index-- == 0) {
			return tag;
		}
		at += (u32)ALIGN_UP(tag->size, 8);
	}
	return NULL;
}

static void the_second_version_is_preferred(void)
{
	boot_begin();
	make_elf32();
	put_multiboot1(0x400, 3, NULL);
	CHECK_STR(boot_guest(GUEST_AUTO).what, NULL);
	CHECK_EQ(boot.kind, GUEST_MULTIBOOT2);
	CHECK_EQ(boot.start.eax, MULTIBOOT2_BOOTLOADER_MAGIC);
	CHECK_STR(boot_guest(GUEST_MULTIBOOT1).what, NULL);
	CHECK_EQ(boot.kind, GUEST_MULTIBOOT1);

	/* A damaged header is none. */
	image.bytes[IMAGE_HEADER_AT + 12]++;
	CHECK_STR(boot_guest(GUEST_AUTO).what, NULL);
	CHECK_EQ(boot.kind, GUEST_MULTIBOOT1);
	image_end();
}

#define NO_KIND                                                     \
	"no sound multiboot header in the image; GUEST_KIND= says " \
	"what else it is, flat for instance; bytes"

static void an_image_without_header_is_refused(void)
{
	boot_begin();
	make_elf32();
	image.bytes[IMAGE_HEADER_AT]++;
	BOOT_REFUSED(GUEST_AUTO, NO_KIND, KIB(16));
	CHECK_STR(culprit, "/sbin/guest");
	BOOT_REFUSED(GUEST_MULTIBOOT2,
		     "no multiboot2 header in the image, bytes searched",
		     KIB(16));
	image_end();
}

static void multiboot2_guests_learn_of_modules_and_acpi(void)
{
	const struct multiboot2_tag_module *module;
	const struct multiboot2_tag *acpi;
	const struct multiboot2_tag_mmap *map;

	boot_begin();
	make_elf32();
	test_image_begin(&image);
	test_image_tag(&image, MULTIBOOT2_HEADER_TAG_INFORMATION_REQUEST, 0,
		       (u32[]){3, 14, 15}, 3);
	test_image_end(&image);
	request.cmdline = "a b=c";
	add_module(5000, "/modules/1/a", "x=1 y");
	add_module(1, "/modules/2/b", "");
	CHECK_STR(boot_guest(GUEST_AUTO).what, NULL);
	CHECK_STR(
		((const struct multiboot2_tag_string *)find_tag(1, 0))->string,
		"a b=c");
	module = find_tag(3, 0);
	CHECK_STR(module->cmdline, "x=1 y");
	CHECK_EQ(module->head.size, 16 + 6);
	CHECK_EQ(module->mod_start, MIB(1) + KIB(12));
	CHECK_EQ(module->mod_end, MIB(1) + KIB(12) + 5000);
	CHECK(guest_holds(module->mod_start, module_images[0].bytes, 5000));
	module = find_tag(3, 1);
	CHECK_STR(module->cmdline, "");
	CHECK_EQ(module->mod_start, MIB(1) + KIB(20));
	CHECK(find_tag(3, 2) == NULL);

	acpi = find_tag(14, 0);
	CHECK_EQ(acpi->size, 8 + 20);
	CHECK(guest_holds(GUEST_ACPI_START, acpi + 1, 20));
	acpi = find_tag(15, 0);
	CHECK_EQ(acpi->size, 8 + 36);
	CHECK(guest_holds(GUEST_ACPI_START, acpi + 1, 36));

	map = find_tag(6, 0);
	CHECK_EQ(map->head.size, 16 + 5 * 24);
	CHECK_EQ(map->entries[2].addr, GUEST_ACPI_START);
	CHECK_EQ(map->entries[2].type, MULTIBOOT2_MEMORY_ACPI_RECLAIMABLE);
	CHECK_EQ(map->entries[3].type, MULTIBOOT2_MEMORY_NVS);
	CHECK_EQ(map->entries[4].addr + map->entries[4].len, RAM);
	CHECK(find_tag(21, 0) == NULL);
	image_end();
}

static void relocatable_guests_learn_their_base(void)
{
	boot_begin();
	make_elf32();
	test_image_begin(&image);
	test_image_tag(&image, MULTIBOOT2_HEADER_TAG_RELOCATABLE, 0,
		       (u32[]){0, ~0u, 0, 0}, 4);
	test_image_end(&image);
	CHECK_STR(boot_guest(GUEST_AUTO).what, NULL);
	CHECK_EQ(((const struct multiboot2_tag_load_base_address *)find_tag(21,
									    0))
			 ->load_base_addr,
		 MIB(1));
	image_end();
}

static void make_flat(u32 load, u32 entry)
{
	test_image_init(&image, KIB(16));
	request.load = load;
	request.entry = entry;
}

static void flat_images_are_copied_as_they_are(void)
{
	boot_begin();
	make_flat(0x100000, 0x100004);
	CHECK_STR(boot_guest(GUEST_FLAT).what, NULL);
	CHECK_EQ(boot.start.mode, START_PROTECTED_32);
	CHECK_EQ(boot.start.eip, 0x100004);
	CHECK_EQ(boot.start.eax, 0);
	CHECK_EQ(boot.start.ebx, 0);
	CHECK_EQ(boot.end, 0x100000 + KIB(16));
	CHECK(guest_holds(0x100000, image.bytes, KIB(16)));
	/* Nobody tells it where the ACPI tables are, but they are there. */
	CHECK(guest_holds(GUEST_ACPI_START, "RSD PTR ", 8));
	image_end();
}

static void real_mode_images_get_a_segment(void)
{
	static const struct {
		u32 load, entry;
		u16 cs, ip;
	} cases[] = {
		{0x7c00, 0x7c00, 0, 0x7c00},
		{0, 0, 0, 0},
		{0xe000, 0x10000, 0x1000, 0},
		{0x90000, 0x93fff, 0x9000, 0x3fff},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		boot_begin();
		make_flat(cases[i].load, cases[i].entry);
		CHECK_STR(boot_guest(GUEST_FLAT16).what, NULL);
		CHECK_EQ(boot.start.mode, START_REAL_16);
		CHECK_EQ(boot.start.cs, cases[i].cs);
		CHECK_EQ(boot.start.eip, cases[i].ip);
		CHECK_EQ(boot.start.edx, 0x80);
		CHECK_EQ(boot.start.esp, 0x7c00);
		CHECK(guest_holds(cases[i].load, image.bytes, KIB(16)));
		image_end();
	}
}

static void flat_images_must_fit(void)
{
	boot_begin();
	make_flat(0x100000, 0x104000);
	BOOT_REFUSED(GUEST_FLAT, "entry point in no segment, at", 0x104000);
	make_flat(0x100000, 0xfffff);
	BOOT_REFUSED(GUEST_FLAT, "entry point in no segment, at", 0xfffff);
	make_flat(RAM - KIB(16) + 1, RAM - 1);
	BOOT_REFUSED(GUEST_FLAT, "segment outside guest RAM, at",
		     RAM - KIB(16) + 1);
	make_flat(0xffffffff, 0xffffffff);
	BOOT_REFUSED(GUEST_FLAT, "segment outside guest RAM, at", 0xffffffff);
	make_flat(0x9c000, 0x9c000);
	BOOT_REFUSED(GUEST_FLAT16,
		     "segment in the reserved area below 1 MiB, which holds "
		     "the boot information, at",
		     0x9c000);
	make_flat(0x100000, 0x100000);
	BOOT_REFUSED(GUEST_FLAT16, "real-mode entry point above 1 MiB, at",
		     0x100000);
	image.source.size = 0;
	BOOT_REFUSED(GUEST_FLAT, "entry point in no segment, at", 0x100000);
	image_end();
}

static void flat_images_take_neither_words_nor_modules(void)
{
	boot_begin();
	make_flat(0x100000, 0x100000);
	request.cmdline = "x";
	BOOT_REFUSED(GUEST_FLAT, "a flat image takes no command line, kind",
		     GUEST_FLAT);
	request.cmdline = "";
	add_module(1, "/modules/1/a", "");
	BOOT_REFUSED(GUEST_FLAT16,
		     "a flat image takes no modules, but there are", 1);
	image_end();
}

static void modules_without_room_are_refused(void)
{
	const u64 room = RAM - MIB(1) - KIB(16);

	boot_begin();
	make_elf32();
	add_module(KIB(4), "/modules/1/a", "");
	add_module(0, "/modules/2/b", "");
	module_images[1].source.size = room;
	const struct boot_image loaded = {MIB(1), MIB(1) + KIB(12)};

	CHECK_STR(
		boot_modules_place(modules, 2, &memory, &loaded, &culprit).what,
		NULL);
	CHECK_EQ(modules[1].end, RAM);
	module_images[1].source.size = room + 1;
	BOOT_REFUSED(GUEST_AUTO, "no room in guest RAM for a module, bytes",
		     room + 1);
	CHECK_STR(culprit, "/modules/2/b");
	module_images[1].source.size = ~0ull;
	BOOT_REFUSED(GUEST_AUTO, "no room in guest RAM for a module, bytes",
		     ~0ull);
	image_end();
}

/* With RAM beyond 4 GiB a module must still have a 32-bit address. */
static void modules_end_below_4g(void)
{
	static struct boot_module one;
	const struct boot_image loaded = {MIB(1), MIB(2)};
	struct guest_memory large = {.size = GIB(8)};

	test_image_init(&module_images[0], 1);
	one.source = &module_images[0].source;
	one.source->size = GIB(4) - MIB(2);
	CHECK_STR(boot_modules_place(&one, 1, &large, &loaded, &culprit).what,
		  NULL);
	CHECK_EQ(one.end, GIB(4));
	one.source->size++;
	CHECK_STR(boot_modules_place(&one, 1, &large, &loaded, &culprit).what,
		  "no room in guest RAM for a module, bytes");
}

static void a_failing_disk_names_its_file(void)
{
	boot_begin();
	make_elf32();
	add_module(KIB(4), "/modules/1/a", "");
	add_module(KIB(4), "/modules/2/b", "");
	module_images[1].fail_at = 100;
	CHECK_STR(boot_guest(GUEST_AUTO).what, "the test's disk is broken at");
	CHECK_STR(culprit, "/modules/2/b");
	module_images[1].fail_at = 0;
	image.fail_at = KIB(5);
	CHECK_STR(boot_guest(GUEST_AUTO).what, "the test's disk is broken at");
	CHECK_STR(culprit, "/sbin/guest");
	image_end();
}

static void too_many_strings_are_refused(void)
{
	static char args[4000];

	boot_begin();
	make_elf32();
	memset(args, 'x', sizeof(args) - 1);
	for (unsigned int i = 0; i < BOOT_MODULES_MAX; i++) {
		test_image_init(&module_images[0], 1);
		modules[i] =
			(struct boot_module){.source = &module_images[0].source,
					     .path = "/m",
					     .args = args};
	}
	request.module_count = BOOT_MODULES_MAX;
	struct error error = boot_guest(GUEST_AUTO);

	CHECK_STR(error.what, "boot information too long; there is room for "
			      "it up to");
	CHECK_EQ(error.value, GUEST_INFO_END);
	image_end();
}

static struct module_list list;

static struct error read_list(const char *text)
{
	test_image_init(&image, strlen(text));
	memcpy(image.bytes, text, strlen(text));
	return module_list_read(&image.source, &list);
}

static void lists_of_modules_are_read(void)
{
	CHECK_STR(read_list("/a\n\n/b x y \n/c ").what, NULL);
	CHECK_EQ(list.count, 3);
	CHECK_STR(list.modules[0].path, "/a");
	CHECK_STR(list.modules[0].args, "");
	CHECK_STR(list.modules[1].path, "/b");
	CHECK_STR(list.modules[1].args, "x y ");
	CHECK_STR(list.modules[2].path, "/c");
	CHECK_STR(list.modules[2].args, "");
	CHECK_STR(read_list("").what, NULL);
	CHECK_EQ(list.count, 0);
}

static void wrong_lists_are_refused(void)
{
	static char text[MODULE_LIST_SIZE + 1];
	struct error error = read_list("/a\n b\n");

	CHECK_STR(error.what, "list of modules without a path in line");
	CHECK_EQ(error.value, 2);
	for (unsigned int i = 0; i < 33; i++) {
		memcpy(text + 2 * (size_t)i, "x\n", 3);
	}
	error = read_list(text);
	CHECK_STR(error.what, "list of modules with more than");
	CHECK_EQ(error.value, 32);
	text[64] = '\0';
	CHECK_STR(read_list(text).what, NULL);
	memset(text, 'x', MODULE_LIST_SIZE);
	CHECK_STR(read_list(text).what, "list of modules too long, bytes");
	text[MODULE_LIST_SIZE - 1] = '\0';
	CHECK_STR(read_list(text).what, NULL);
	image.fail_at = 5;
	CHECK_STR(module_list_read(&image.source, &list).what,
		  "the test's disk is broken at");
}

static const struct unit_test tests[] = {
	UNIT_TEST(the_second_version_is_preferred),
	UNIT_TEST(an_image_without_header_is_refused),
	UNIT_TEST(multiboot2_guests_learn_of_modules_and_acpi),
	UNIT_TEST(relocatable_guests_learn_their_base),
	UNIT_TEST(flat_images_are_copied_as_they_are),
	UNIT_TEST(real_mode_images_get_a_segment),
	UNIT_TEST(flat_images_must_fit),
	UNIT_TEST(flat_images_take_neither_words_nor_modules),
	UNIT_TEST(modules_without_room_are_refused),
	UNIT_TEST(modules_end_below_4g),
	UNIT_TEST(a_failing_disk_names_its_file),
	UNIT_TEST(too_many_strings_are_refused),
	UNIT_TEST(lists_of_modules_are_read),
	UNIT_TEST(wrong_lists_are_refused),
};

int main(void)
{
	return UNIT_RUN(tests);
}
