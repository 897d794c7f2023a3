/*
 * modules: h3-ept/image/guest_image.c h3-ept/image/elf_image.c
 * modules: h3-ept/image/image_segments.c h3-ept/image/multiboot2_header.c
 * modules: h3-ept/image/image_plan.c h3-ept/image/image_beginning.c
 * modules: h3-ept/image/multiboot2_image.c h3-ept/image/multiboot2_info.c
 * modules: h3-ept/image/multiboot2_tags.c h3-ept/image/info_writer.c
 * modules: h3-ept/guest_memory.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept.c h3-ept/ept_check.c tests/unit/fake_frames.c
 */
#include "image_fixture.h"

static void headers_are_found_where_they_may_be(void)
{
	static const u32 places[] = {0x208, 0x3000, 32768 - 24};

	image_begin();
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		make_elf32();
		image.source.size = KIB(64);
		memmove(image.bytes + places[i], image.bytes + IMAGE_HEADER_AT,
			24);
		image.bytes[IMAGE_HEADER_AT] ^= 1;
		if (places[i] < IMAGE_HEADER_AT + 24) {
			memset(image.bytes + IMAGE_HEADER_AT, 0, 8);
		}
		CHECK_STR(image_load("").what, NULL);
	}
	image_end();
}

static void missing_or_damaged_headers_are_refused(void)
{
	struct multiboot2_header *header =
		(void *)(image.bytes + IMAGE_HEADER_AT);

	image_begin();
	REFUSED(header->magic++,
		"no multiboot2 header in the image, bytes searched", KIB(16));
	REFUSED(header->checksum++, "damaged multiboot2 header at offset",
		IMAGE_HEADER_AT);
	REFUSED((header->architecture = 4, header->checksum -= 4),
		"multiboot2 header for another architecture, number", 4);
	REFUSED((image.header_size = 15, test_image_seal(&image)),
		"damaged multiboot2 header at offset", IMAGE_HEADER_AT);
	REFUSED((image.header_size = KIB(16) - IMAGE_HEADER_AT + 1,
		 test_image_seal(&image)),
		"damaged multiboot2 header at offset", IMAGE_HEADER_AT);
	REFUSED((image.header_size = 16, test_image_seal(&image)),
		"multiboot2 header without an end tag, at offset",
		IMAGE_HEADER_AT);
	/* Not 8-byte aligned, and not wholly in the first 32 KiB. */
	REFUSED((memmove(image.bytes + 0x204, header, 24), header->magic++),
		"no multiboot2 header in the image, bytes searched", KIB(16));
	REFUSED((image.source.size = KIB(64),
		 memcpy(image.bytes + 32768 - 16, header, 24), header->magic++),
		"damaged multiboot2 header at offset", 32768 - 16);
	image_end();
}

/* A guest whose header has one tag; payload as for test_image_tag(). */
static struct error load_with_tag(u16 type, u16 flags, const u32 *payload,
				  u32 words)
{
	make_elf32();
	test_image_begin(&image);
	test_image_tag(&image, type, flags, payload, words);
	test_image_end(&image);
	return image_load("");
}

#define UNSERVED                                    \
	"the guest requires what is not provided, " \
	"multiboot2 header tag type"
#define UNKNOWN_TO_US                                                \
	"the guest requires boot information that is not provided, " \
	"tag type"
#define WRONG_SIZE "multiboot2 header tag of a wrong size, type"
#define NO_SEGMENT "entry point in no segment, at"
#define WITHOUT_ENTRY                                           \
	"multiboot2 address tag without an entry address tag, " \
	"load_addr"
#define WRONG_PLACE                                                 \
	"relocatable image linked to where it must not be loaded, " \
	"at"

/* One header tag, and what becomes of a guest that has it. */
static const struct {
	u16 type;
	u16 flags;
	u32 words;
	u32 payload[4];
	const char *what; /* NULL: the guest is loaded */
	u64 value;
} tag_cases[] = {
	/* Unknown ones, required and optional. */
	{99, 0, 0, {0}, UNSERVED, 99},
	{99, 1, 0, {0}, NULL, 0},
	{99, 2, 0, {0}, UNSERVED, 99},
	/* Information that we give, or do not. */
	{1, 0, 4, {1, 2, 4, 6}, NULL, 0},
	{1, 0, 3, {3, 8, 21}, NULL, 0},
	{1, 0, 2, {6, 15}, UNKNOWN_TO_US, 15},
	{1, 1, 2, {6, 15}, NULL, 0},
	/* Console, framebuffer. */
	{4, 0, 1, {2}, NULL, 0},
	{4, 0, 1, {3}, UNSERVED, 4},
	{4, 1, 1, {3}, NULL, 0},
	{4, 0, 0, {0}, WRONG_SIZE, 4},
	{5, 0, 3, {80, 25, 0}, UNSERVED, 5},
	{5, 1, 3, {80, 25, 0}, NULL, 0},
	/* Module alignment, EFI. */
	{6, 0, 0, {0}, NULL, 0},
	{7, 0, 0, {0}, NULL, 0},
	{8, 0, 1, {0x1000}, NULL, 0},
	{9, 0, 1, {0x1000}, NULL, 0},
	/* Entry address; address without entry; too short. */
	{3, 0, 1, {0x100010}, NULL, 0},
	{3, 0, 1, {0x200000}, NO_SEGMENT, 0x200000},
	{3, 0, 0, {0}, WRONG_SIZE, 3},
	{2, 0, 4, {0x100200, 0x100000, 0, 0}, WITHOUT_ENTRY, 0x100000},
	{2, 0, 3, {0}, WRONG_SIZE, 2},
	/* Relocatable: min_addr, max_addr, align, preference. */
	{10, 0, 4, {0x100000, 0x102fff, 4096, 0}, NULL, 0},
	{10, 0, 4, {0, ~0u, 0x200000, 0}, WRONG_PLACE, MIB(1)},
	{10, 0, 4, {0x100000, 0x102ffe, 4096, 0}, WRONG_PLACE, MIB(1)},
	{10, 0, 4, {0x100001, ~0u, 0, 0}, WRONG_PLACE, MIB(1)},
	{10, 1, 4, {0x200000, ~0u, 0, 0}, NULL, 0},
	{10, 0, 3, {0}, WRONG_SIZE, 10},
};

static void tags_are_obeyed_or_refused(void)
{
	image_begin();
	for (size_t i = 0; i < ARRAY_SIZE(tag_cases); i++) {
		struct error error =
			load_with_tag(tag_cases[i].type, tag_cases[i].flags,
				      tag_cases[i].payload, tag_cases[i].words);

		if (!CHECK_STR(error.what, tag_cases[i].what)) {
			printf("# in case %zu\n", i);
		}
		CHECK_EQ(error.value, tag_cases[i].value);
	}
	CHECK_STR(load_with_tag(3, 0, (u32[]){0x100010}, 1).what, NULL);
	CHECK_EQ(guest.entry, 0x100010);
	image_end();
}

static void tag_sizes_cannot_lead_astray(void)
{
	static const u32 sizes[] = {0,	 7,	     9,		 17,
				    100, 0x7fffffff, 0xfffffff9, ~0u};

	image_begin();
	for (size_t i = 0; i < 2 * ARRAY_SIZE(sizes); i++) {
		make_elf32();
		test_image_begin(&image);
		/* An information request, or what is not looked into. */
		test_image_tag(&image, i % 2 ? 6 : 1, 1, NULL, 0);
		memcpy(image.bytes + IMAGE_HEADER_AT + 20, &sizes[i / 2], 4);
		test_image_end(&image);
		CHECK(failed(image_load("")));
		CHECK(ram_is_as_expected(0));
	}
	image_end();
}

/* The header says all: "a.out kludge". An ELF header beside it is ignored. */
static void load_by_address(u32 header_addr, u32 load_addr, u32 load_end,
			    u32 bss_end, u32 entry)
{
	const u32 address[] = {header_addr, load_addr, load_end, bss_end};

	test_image_init(&image, KIB(16));
	test_image_begin(&image);
	test_image_tag(&image, MULTIBOOT2_HEADER_TAG_ADDRESS, 0, address, 4);
	test_image_tag(&image, MULTIBOOT2_HEADER_TAG_ENTRY_ADDRESS, 0, &entry,
		       1);
	test_image_end(&image);
}

static void images_are_loaded_by_address_tag(void)
{
	const u32 at = (u32)MIB(1);

	image_begin();
	/* Beginning 0x100 before the header; with bss. */
	load_by_address(at + 0x100, at, at + KIB(4), at + KIB(8), at + 4);
	CHECK_STR(image_load("").what, NULL);
	CHECK_EQ(guest.kind, IMAGE_BY_ADDRESS);
	CHECK_EQ(guest.entry, at + 4);
	CHECK_EQ(guest.end, at + KIB(8));
	memcpy(ram + at, image.bytes + IMAGE_HEADER_AT - 0x100, KIB(4));
	memset(ram + at + KIB(4), 0, KIB(4));
	CHECK(ram_is_as_expected(info_size()));

	/* The whole file from its beginning, no bss. */
	load_by_address(at + IMAGE_HEADER_AT, ~0u, 0, 0, at + 4);
	CHECK_STR(image_load("").what, NULL);
	CHECK_EQ(guest.lowest, at);
	CHECK_EQ(guest.end, at + KIB(16));
	memcpy(ram + at, image.bytes, KIB(16));
	CHECK(ram_is_as_expected(info_size()));
	image_end();
}

static void wrong_address_tags_are_refused(void)
{
	static const u32 at = 0x100000;
	static const struct {
		u32 header_addr, load_addr, load_end, bss_end, entry;
		const char *what;
	} cases[] = {
		/* More before the header than the file or memory has. */
		{at + 0x201, at, 0, 0, at,
		 "multiboot addresses that fit no image, load_addr"},
		{at, at + 1, 0, 0, at,
		 "multiboot addresses that fit no image, load_addr"},
		{0x1ff, ~0u, 0, 0, at,
		 "multiboot addresses that fit no image, load_addr"},
		{at, at, at - 1, 0, at,
		 "multiboot addresses with an end before their beginning, "
		 "load_end_addr"},
		{at, at, at + 16, at + 15, at,
		 "multiboot addresses with an end before their beginning, "
		 "load_end_addr"},
		{at, at, at + 0x4000, 0, at,
		 "segment past the end of the file, at offset"},
		{at, at, at + 16, RAM + 1, at, "segment outside guest RAM, at"},
		{0xfffffff0, 0xfffffff0, 0, 0, at,
		 "segment outside guest RAM, at"},
		{at, at, at + 16, 0, at + 16, "entry point in no segment, at"},
		{at, at, at, 0, at, "entry point in no segment, at"},
	};

	image_begin();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		load_by_address(cases[i].header_addr, cases[i].load_addr,
				cases[i].load_end, cases[i].bss_end,
				cases[i].entry);
		CHECK_STR(image_load("").what, cases[i].what);
		CHECK(ram_is_as_expected(0));
	}
	image_end();
}

/* A tag of the loaded guest's information structure, or NULL. */
static const struct multiboot2_tag *find_tag(u32 type)
{
	static _Alignas(8) u8 info[8192];
	struct multiboot2_info head;

	CHECK(guest_memory_read(&memory, guest.info, &head, sizeof(head)));
	CHECK(head.total_size <= sizeof(info));
	CHECK(guest_memory_read(&memory, guest.info, info, head.total_size));
	for (u32 at = sizeof(head); at < head.total_size;) {
		const struct multiboot2_tag *tag = (void *)(info + at);

		if (tag->type == type) {
			return tag;
		}
		if (tag->type == MULTIBOOT2_TAG_END) {
			CHECK_EQ(at + tag->size, head.total_size);
			return NULL;
		}
		at += (u32)ALIGN_UP(tag->size, 8);
	}
	CHECK(!"the information structure has an end");
	return NULL;
}

static void check_range(const struct multiboot2_mmap_entry *entry, u64 start,
			u64 end_address, u32 type)
{
	CHECK_EQ(entry->addr, start);
	CHECK_EQ(entry->len, end_address - start);
	CHECK_EQ(entry->type, type);
	CHECK_EQ(entry->zero, 0);
}

static void the_guest_is_told_what_it_has(void)
{
	image_begin();
	make_elf32();
	CHECK_STR(image_load("console=ttyS0 x").what, NULL);
	CHECK_EQ(guest.info % 8, 0);

	const struct multiboot2_tag_string *cmdline = (void *)find_tag(1);

	CHECK_STR(cmdline->string, "console=ttyS0 x");
	CHECK_EQ(cmdline->head.size, 8 + 16);
	CHECK_STR(((struct multiboot2_tag_string *)find_tag(2))->string,
		  "A tour of VT-x");

	const struct multiboot2_tag_basic_meminfo *basic = (void *)find_tag(4);

	CHECK_EQ(basic->mem_lower, 639);
	CHECK_EQ(basic->mem_upper, 4096);

	const struct multiboot2_tag_mmap *map = (void *)find_tag(6);

	CHECK_EQ(map->head.size, 16 + 3 * 24);
	CHECK_EQ(map->entry_size, 24);
	CHECK_EQ(map->entry_version, 0);
	check_range(&map->entries[0], 0, 0x9fc00, 1);
	check_range(&map->entries[1], 0x9fc00, MIB(1), 2);
	check_range(&map->entries[2], MIB(1), RAM, 1);

	CHECK(find_tag(8) == NULL && find_tag(21) == NULL);
	CHECK(guest.info >= 0x9fc00 && guest.info + info_size() <= MIB(1));
	image_end();
}

static void relocatable_guests_learn_their_base(void)
{
	image_begin();
	CHECK_STR(load_with_tag(10, 0, (u32[]){0, ~0u, 0, 0}, 4).what, NULL);

	const struct multiboot2_tag_load_base_address *base =
		(void *)find_tag(21);

	if (CHECK(base != NULL)) {
		CHECK_EQ(base->load_base_addr, MIB(1));
		CHECK_EQ(base->head.size, 12);
	}
	image_end();
}

static void command_lines_have_any_length_up_to_a_limit(void)
{
	static char line[5000];

	image_begin();
	make_elf32();
	for (size_t length = 0; length < sizeof(line); length++) {
		bool fits = length < 4096;

		memset(line, 'x', length);
		line[length] = '\0';
		if (length > 40 && length < 4080) {
			continue;
		}
		if (!CHECK_EQ(failed(image_load(line)), !fits)) {
			break;
		}
		if (fits) {
			CHECK_STR(((struct multiboot2_tag_string *)find_tag(1))
					  ->string,
				  line);
		}
	}
	image_end();
}

static void ram_without_a_place_for_information_is_refused(void)
{
	image_begin_with_ram(MIB(1));
	make_elf32();
	test_image_elf32(&image)->e_entry = 0x1000;
	test_image_program32(&image, 0)->p_paddr = 0x1000;
	test_image_program32(&image, 0)->p_vaddr = 0x1000;

	struct error error = image_load("");

	CHECK_STR(error.what, "guest RAM too small, bytes");
	CHECK_EQ(error.value, MIB(1));
	image_end();
}

static const struct unit_test tests[] = {
	UNIT_TEST(headers_are_found_where_they_may_be),
	UNIT_TEST(missing_or_damaged_headers_are_refused),
	UNIT_TEST(tags_are_obeyed_or_refused),
	UNIT_TEST(tag_sizes_cannot_lead_astray),
	UNIT_TEST(images_are_loaded_by_address_tag),
	UNIT_TEST(wrong_address_tags_are_refused),
	UNIT_TEST(the_guest_is_told_what_it_has),
	UNIT_TEST(relocatable_guests_learn_their_base),
	UNIT_TEST(command_lines_have_any_length_up_to_a_limit),
	UNIT_TEST(ram_without_a_place_for_information_is_refused),
};

int main(void)
{
	return UNIT_RUN(tests);
}
