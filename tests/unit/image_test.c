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
#include "image/guest_layout.h"
#include "image_fixture.h"

static void elf32_is_loaded(void)
{
	image_begin();
	make_elf32();
	CHECK_STR(image_load("").what, NULL);
	CHECK_EQ(guest.kind, IMAGE_ELF32);
	CHECK_EQ(guest.entry, MIB(1) + 0x800);
	CHECK_EQ(guest.lowest, MIB(1));
	CHECK_EQ(guest.end, MIB(1) + KIB(12));
	memcpy(ram + MIB(1), image.bytes + KIB(4), KIB(8));
	memset(ram + MIB(1) + KIB(8), 0, KIB(4));
	CHECK(ram_is_as_expected(info_size()));
	image_end();
}

static void elf64_is_loaded_by_physical_addresses(void)
{
	image_begin();
	make_elf64();
	CHECK_STR(image_load("").what, NULL);
	CHECK_EQ(guest.kind, IMAGE_ELF64);
	CHECK_EQ(guest.entry, MIB(3) + 0x10);
	CHECK_EQ(guest.lowest, MIB(1));
	CHECK_EQ(guest.end, MIB(3) + KIB(4));
	memcpy(ram + MIB(1), image.bytes + KIB(4), KIB(4));
	memcpy(ram + MIB(3), image.bytes + KIB(8), KIB(4));
	CHECK(ram_is_as_expected(info_size()));
	image_end();
}

/* Where two segments claim the entry, the first has it, as with GRUB. */
static void the_first_segment_with_the_entry_has_it(void)
{
	image_begin();
	make_elf64();
	test_image_program64(&image, 0)->p_vaddr =
		test_image_program64(&image, 1)->p_vaddr;
	CHECK_STR(image_load("").what, NULL);
	CHECK_EQ(guest.entry, MIB(1) + 0x10);
	image_end();
}

/* Some tools put the physical address there, however high a file is linked. */
static void an_entry_may_be_physical_already(void)
{
	image_begin();
	make_elf64();
	test_image_elf64(&image)->e_entry = MIB(3) + 0x20;
	CHECK_STR(image_load("").what, NULL);
	CHECK_EQ(guest.entry, MIB(3) + 0x20);

	/* Virtual in the first segment, physical in the second: virtual. */
	make_elf64();
	test_image_program64(&image, 0)->p_vaddr = MIB(3);
	test_image_elf64(&image)->e_entry = MIB(3) + 0x20;
	CHECK_STR(image_load("").what, NULL);
	CHECK_EQ(guest.entry, MIB(1) + 0x20);

	make_elf64();
	test_image_elf64(&image)->e_entry = MIB(3) + KIB(4);
	CHECK_STR(image_load("").what,
		  "ELF entry point in no segment, e_entry");
	image_end();
}

/* Low memory, both sides of a 2 MiB boundary, and the last byte of RAM. */
static void segments_may_lie_anywhere_in_ram(void)
{
	image_begin();
	test_image_init(&image, KIB(128));
	test_image_make_elf32(&image, 0x1003);
	test_image_load32(&image, 1, 5000, 0x1003, 5001);
	test_image_load32(&image, KIB(64), KIB(64), MIB(2) - 777, KIB(64));
	test_image_load32(&image, 12345, 54321, RAM - 54321, 54321);
	test_image_load32(&image, 0, 0, MIB(3), KIB(64));
	test_image_load32(&image, 0, 0, MIB(99), 0);
	test_image_begin(&image);
	test_image_end(&image);
	CHECK_STR(image_load("").what, NULL);
	memcpy(ram + 0x1003, image.bytes + 1, 5000);
	ram[0x1003 + 5000] = 0;
	memcpy(ram + MIB(2) - 777, image.bytes + KIB(64), KIB(64));
	memcpy(ram + RAM - 54321, image.bytes + 12345, 54321);
	memset(ram + MIB(3), 0, KIB(64));
	CHECK(ram_is_as_expected(info_size()));
	CHECK_EQ(guest.lowest, 0x1003);
	CHECK_EQ(guest.end, RAM);
	image_end();
}

#define HEADER32  test_image_elf32(&image)
#define PROGRAM32 test_image_program32(&image, 0)

static void damaged_elf_headers_are_refused(void)
{
	image_begin();
	REFUSED(image.bytes[0] = 0,
		"the image is no ELF file, and its multiboot header gives no "
		"addresses, bytes",
		KIB(16));
	REFUSED(HEADER32->e_ident[EI_CLASS] = 3,
		"ELF file neither of 32 nor of 64 bits, EI_CLASS", 3);
	REFUSED(HEADER32->e_ident[EI_DATA] = 2,
		"ELF file not little endian, EI_DATA", 2);
	REFUSED(HEADER32->e_version = 0,
		"ELF file of an unknown version, e_version", 0);
	REFUSED(HEADER32->e_machine = 40,
		"ELF file for another kind of CPU, e_machine", 40);
	REFUSED(HEADER32->e_type = ET_DYN,
		"ELF file that is no executable linked to a fixed address, "
		"e_type",
		ET_DYN);
	REFUSED(HEADER32->e_phentsize = 56,
		"ELF program headers of a wrong size, e_phentsize", 56);
	REFUSED(HEADER32->e_phnum = 0,
		"ELF file with no program headers, or too many, e_phnum", 0);
	REFUSED(HEADER32->e_phnum = 0xffff,
		"ELF file with no program headers, or too many, e_phnum",
		0xffff);
	REFUSED(HEADER32->e_phoff = KIB(16) - 31,
		"ELF program headers past the end of the file, e_phoff",
		KIB(16) - 31);
	REFUSED(HEADER32->e_phoff = 0xfffffff0,
		"ELF program headers past the end of the file, e_phoff",
		0xfffffff0);
	REFUSED(HEADER32->e_entry = MIB(1) - 1,
		"ELF entry point in no segment, e_entry", MIB(1) - 1);
	REFUSED(HEADER32->e_entry = MIB(1) + KIB(12),
		"ELF entry point in no segment, e_entry", MIB(1) + KIB(12));
	REFUSED(PROGRAM32->p_type = PT_NOTE,
		"ELF file with nothing to load among its program headers, "
		"e_phnum",
		1);
	image_end();
}

static void move_to(u32 address)
{
	PROGRAM32->p_paddr = address;
	PROGRAM32->p_vaddr = address;
	HEADER32->e_entry = address;
}

static void damaged_segments_are_refused(void)
{
	image_begin();
	REFUSED(PROGRAM32->p_filesz = KIB(12) + 1,
		"segment larger in the file than in memory, at", MIB(1));
	REFUSED(PROGRAM32->p_offset = KIB(8) + 1,
		"segment past the end of the file, at offset", KIB(8) + 1);
	REFUSED(PROGRAM32->p_offset = 0xffffffff,
		"segment past the end of the file, at offset", 0xffffffff);
	REFUSED(image.source.size = KIB(12) - 1,
		"segment past the end of the file, at offset", KIB(4));
	REFUSED(PROGRAM32->p_paddr = RAM - KIB(12) + 1,
		"segment outside guest RAM, at", RAM - KIB(12) + 1);
	REFUSED(PROGRAM32->p_paddr = 0xffffffff,
		"segment outside guest RAM, at", 0xffffffff);
	REFUSED(PROGRAM32->p_memsz = 0xffffffff,
		"segment outside guest RAM, at", MIB(1));
	REFUSED(move_to(GUEST_RESERVED_START - KIB(12) + 1),
		"segment in the reserved area below 1 MiB, which holds the "
		"boot information, at",
		GUEST_RESERVED_START - KIB(12) + 1);
	REFUSED(move_to(GUEST_INFO_START),
		"segment in the reserved area below 1 MiB, which holds the "
		"boot information, at",
		GUEST_INFO_START);
	REFUSED(move_to(MIB(1) - 1),
		"segment in the reserved area below 1 MiB, which holds the "
		"boot information, at",
		MIB(1) - 1);
	REFUSED(test_image_load32(&image, 0, 0, MIB(1) + KIB(12) - 1, 1),
		"segment overlaps another one, at", MIB(1) + KIB(12) - 1);
	REFUSED(test_image_load32(&image, 0, 0, MIB(1) - 1, 2),
		"segment in the reserved area below 1 MiB, which holds the "
		"boot information, at",
		MIB(1) - 1);
	image_end();
}

static void numbers_of_64_bits_cannot_wrap(void)
{
	static const struct {
		u64 offset, filesz, paddr, memsz;
		const char *what;
	} cases[] = {
		{~0ull, 1, MIB(1), 1,
		 "segment past the end of the file, "
		 "at offset"},
		{1, ~0ull, MIB(1), ~0ull,
		 "segment past the end of the file, at offset"},
		{~0ull - 1, 4, MIB(1), 4,
		 "segment past the end of the file, at offset"},
		{0, 0, ~0ull, 1, "segment outside guest RAM, at"},
		{0, 0, MIB(2), ~0ull - MIB(1), "segment outside guest RAM, at"},
		{0, 0, ~0ull - MIB(1), MIB(4), "segment outside guest RAM, at"},
		{0, 2, MIB(2), 1,
		 "segment larger in the file than in memory, "
		 "at"},
	};

	image_begin();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		make_elf64();
		test_image_load64(&image, cases[i].offset, cases[i].filesz, 0,
				  cases[i].paddr, cases[i].memsz);
		/* make_elf64 has put the multiboot2 header well behind. */
		CHECK_STR(image_load("").what, cases[i].what);
		CHECK(ram_is_as_expected(0));
	}
	make_elf64();
	test_image_elf64(&image)->e_phoff = ~0ull - 16;
	refused_with("ELF program headers past the end of the file, e_phoff",
		     ~0ull - 16);
	make_elf64();
	test_image_elf64(&image)->e_entry = ~0ull;
	refused_with("ELF entry point in no segment, e_entry", ~0ull);
	image_end();
}

static void too_many_segments_are_refused(void)
{
	image_begin();
	test_image_init(&image, KIB(16));
	test_image_make_elf32(&image, MIB(1));
	image.header_size = 0;
	for (u32 i = 0; i <= IMAGE_SEGMENTS_MAX; i++) {
		test_image_load32(&image, 0, 0, (u32)MIB(1) + i, 1);
	}
	/* The program headers end beyond the header's usual place. */
	CHECK(sizeof(Elf32_Ehdr) + 33 * sizeof(Elf32_Phdr) < 0x800);
	struct multiboot2_header header = {.magic = MULTIBOOT2_HEADER_MAGIC,
					   .header_length = 24};
	struct multiboot2_header_tag last = {.size = 8};

	header.checksum = -(header.magic + header.header_length);
	memcpy(image.bytes + 0x800, &header, sizeof(header));
	memcpy(image.bytes + 0x810, &last, sizeof(last));
	refused_with("more segments to load than", IMAGE_SEGMENTS_MAX);
	HEADER32->e_phnum--;
	CHECK_STR(image_load("").what, NULL);
	image_end();
}

static void entries_above_4g_are_refused(void)
{
	image_begin_with_ram(GIB(4) + MIB(4));
	make_elf64();
	test_image_program64(&image, 1)->p_paddr = GIB(4) + MIB(2);
	struct error error = image_load("");

	CHECK_STR(error.what, "entry point above 4 GiB, at");
	CHECK_EQ(error.value, GIB(4) + MIB(2) + 0x10);
	image_end();
}

/* Cut off at any length, an image is refused before RAM is touched. */
static void truncated_images_are_refused(void)
{
	image_begin();
	for (u64 size = 0; size < KIB(12); size++) {
		make_elf32();
		image.source.size = size;
		if (!CHECK(failed(image_load("")))) {
			break;
		}
	}
	CHECK(ram_is_as_expected(0));
	make_elf32();
	image.source.size = KIB(12);
	CHECK_STR(image_load("").what, NULL);
	image_end();
}

static void failing_disks_are_reported(void)
{
	static const u64 offsets[] = {1, IMAGE_HEADER_AT, KIB(4) + 1,
				      KIB(12) - 1};

	image_begin();
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		make_elf32();
		image.fail_at = offsets[i];

		struct error error = image_load("");

		CHECK_STR(error.what, "the test's disk is broken at");
		CHECK_EQ(error.value, offsets[i]);
	}
	image_end();
}

/* Lazy guest RAM: loading touches what it needs; memory may run out. */
static void lazy_ram_is_filled_as_needed(void)
{
	struct error error = failure("not tried", 0);
	u64 blocks;

	for (blocks = 0; failed(error) && blocks < 50; blocks++) {
		fake_frames_reset();
		CHECK(!failed(ept_init(&ept, CAPS, 48)));
		CHECK(!failed(guest_memory_init(&memory, &ept, GIB(1), true)));
		make_elf64();
		fake_frames_fail_after(blocks);
		error = image_load("");
		if (!failed(error)) {
			CHECK_EQ(memory.populated, MIB(4));
		}
		image_end();
	}
	CHECK_STR(error.what, NULL);
	CHECK(blocks > 4);
}

/* Whatever a flipped bit makes of the headers, nothing but an error comes. */
static void flipped_bits_do_no_harm(void)
{
	u64 refused = 0;

	image_begin();
	for (u32 bit = 0; bit < (IMAGE_HEADER_AT + 24) * 8; bit++) {
		if (bit % 2 == 0) {
			make_elf32();
		} else {
			make_elf64();
		}
		image.bytes[bit / 8] ^= (u8)(1 << bit % 8);
		refused += failed(image_load(""));
	}
	CHECK(refused > 200);
	image_end();
}

static const struct unit_test tests[] = {
	UNIT_TEST(elf32_is_loaded),
	UNIT_TEST(elf64_is_loaded_by_physical_addresses),
	UNIT_TEST(the_first_segment_with_the_entry_has_it),
	UNIT_TEST(an_entry_may_be_physical_already),
	UNIT_TEST(segments_may_lie_anywhere_in_ram),
	UNIT_TEST(damaged_elf_headers_are_refused),
	UNIT_TEST(damaged_segments_are_refused),
	UNIT_TEST(numbers_of_64_bits_cannot_wrap),
	UNIT_TEST(too_many_segments_are_refused),
	UNIT_TEST(entries_above_4g_are_refused),
	UNIT_TEST(truncated_images_are_refused),
	UNIT_TEST(failing_disks_are_reported),
	UNIT_TEST(lazy_ram_is_filled_as_needed),
	UNIT_TEST(flipped_bits_do_no_harm),
};

int main(void)
{
	return UNIT_RUN(tests);
}
