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
 */
#include "boot_fixture.h"

static void elf_images_are_loaded(void)
{
	boot_begin();
	make_multiboot1(3);
	CHECK_STR(boot_guest(GUEST_AUTO).what, NULL);
	CHECK_EQ(boot.kind, GUEST_MULTIBOOT1);
	CHECK_EQ(boot.format, IMAGE_ELF32);
	CHECK_EQ(boot.lowest, MIB(1));
	CHECK_EQ(boot.end, MIB(1) + KIB(12));
	CHECK_EQ(boot.start.mode, START_PROTECTED_32);
	CHECK_EQ(boot.start.eip, MIB(1) + 0x800);
	CHECK_EQ(boot.start.eax, 0x2badb002);
	CHECK(guest_holds(MIB(1), image.bytes + KIB(4), KIB(8)));

	/* ELF64, linked high: a virtual entry point, and a physical one. */
	for (unsigned int physical = 0; physical < 2; physical++) {
		make_elf64();
		memset(image.bytes + IMAGE_HEADER_AT, 0, 32);
		put_multiboot1(IMAGE_HEADER_AT, 0, NULL);
		if (physical) {
			test_image_elf64(&image)->e_entry = MIB(3) + 0x10;
		}
		CHECK_STR(boot_guest(GUEST_MULTIBOOT1).what, NULL);
		CHECK_EQ(boot.format, IMAGE_ELF64);
		CHECK_EQ(boot.start.eip, MIB(3) + 0x10);
	}
	image_end();
}

/* What objcopy makes of a 64-bit kernel: ELF32, the addresses cut off. */
static void elf64_made_elf32_is_loaded(void)
{
	const u32 high = 0x80000000;

	boot_begin();
	make_multiboot1(0);
	test_image_elf32(&image)->e_machine = EM_X86_64;
	test_image_program32(&image, 0)->p_vaddr = high + (u32)MIB(1);
	test_image_elf32(&image)->e_entry = high + (u32)MIB(1) + 8;
	CHECK_STR(boot_guest(GUEST_AUTO).what, NULL);
	CHECK_EQ(boot.start.eip, MIB(1) + 8);
	test_image_elf32(&image)->e_entry = (u32)MIB(1) + 12;
	CHECK_STR(boot_guest(GUEST_AUTO).what, NULL);
	CHECK_EQ(boot.start.eip, MIB(1) + 12);
	test_image_elf32(&image)->e_entry = (u32)MIB(4);
	CHECK_STR(boot_guest(GUEST_AUTO).what,
		  "ELF entry point in no segment, e_entry");
	image_end();
}

static void headers_are_found_where_they_may_be(void)
{
	static const u32 places[] = {0x34 + 0x20, 0x204, 0x1000, 8192 - 12};

	boot_begin();
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		make_multiboot1(0);
		memset(image.bytes + IMAGE_HEADER_AT, 0, 32);
		put_multiboot1(places[i], 0, NULL);
		CHECK_STR(boot_guest(GUEST_AUTO).what, NULL);
	}
	/* A damaged one ahead of it is passed over. */
	make_multiboot1(0);
	memcpy(image.bytes + 0x100, image.bytes + IMAGE_HEADER_AT, 12);
	image.bytes[0x104]++;
	CHECK_STR(boot_guest(GUEST_AUTO).what, NULL);
	image_end();
}

#define NO_HEADER "no multiboot1 header in the image, bytes searched"
#define DAMAGED	  "damaged multiboot1 header at offset"

static void missing_or_damaged_headers_are_refused(void)
{
	boot_begin();
	make_multiboot1(0);
	image.bytes[IMAGE_HEADER_AT]++;
	BOOT_REFUSED(GUEST_MULTIBOOT1, NO_HEADER, 8192);
	make_multiboot1(0);
	image.bytes[IMAGE_HEADER_AT + 8]++;
	BOOT_REFUSED(GUEST_MULTIBOOT1, DAMAGED, IMAGE_HEADER_AT);
	/* Not aligned to 4; not wholly in the first 8 KiB. */
	make_multiboot1(0);
	memset(image.bytes + IMAGE_HEADER_AT, 0, 32);
	put_multiboot1(0x202, 0, NULL);
	BOOT_REFUSED(GUEST_MULTIBOOT1, NO_HEADER, 8192);
	make_multiboot1(0);
	memset(image.bytes + IMAGE_HEADER_AT, 0, 32);
	put_multiboot1(8192 - 8, 0, NULL);
	BOOT_REFUSED(GUEST_MULTIBOOT1, NO_HEADER, 8192);
	/* The address fields are cut off, by the limit and by the file. */
	make_multiboot1(0);
	memset(image.bytes + IMAGE_HEADER_AT, 0, 32);
	put_multiboot1(8192 - 28, MULTIBOOT1_AOUT_KLUDGE, (u32[5]){0});
	BOOT_REFUSED(GUEST_MULTIBOOT1, DAMAGED, 8192 - 28);
	make_multiboot1(MULTIBOOT1_AOUT_KLUDGE);
	image.source.size = IMAGE_HEADER_AT + 31;
	BOOT_REFUSED(GUEST_MULTIBOOT1, DAMAGED, IMAGE_HEADER_AT);
	for (u64 size = 0; size < 12; size++) {
		image.source.size = size;
		BOOT_REFUSED(GUEST_MULTIBOOT1, NO_HEADER, size);
	}
	image_end();
}

static void required_flags_are_served_or_refused(void)
{
	boot_begin();
	for (unsigned int bit = 0; bit < 32; bit++) {
		u32 flags = 1u << bit | 3;
		struct error error;

		if (flags & MULTIBOOT1_AOUT_KLUDGE) {
			continue;
		}
		make_multiboot1(flags);
		error = boot_guest(GUEST_AUTO);
		if (bit < 2 || bit > 15) {
			CHECK_STR(error.what, NULL);
			continue;
		}
		CHECK_STR(error.what,
			  bit == 2 ? "the guest requires a video mode, "
				     "multiboot1 header flags"
				   : "the guest requires what multiboot1 does "
				     "not define, header flags");
		CHECK_EQ(error.value, flags);
	}
	image_end();
}

/* header_addr, load_addr, load_end_addr, bss_end_addr, entry_addr. */
static void make_by_address(const u32 address[5])
{
	test_image_init(&image, KIB(16));
	put_multiboot1(IMAGE_HEADER_AT, MULTIBOOT1_AOUT_KLUDGE, address);
}

static void address_fields_say_what_goes_where(void)
{
	const u32 at = (u32)MIB(1);

	boot_begin();
	make_by_address((u32[]){at + 0x100, at, at + 4096, at + 8192, at + 4});
	CHECK_STR(boot_guest(GUEST_AUTO).what, NULL);
	CHECK_EQ(boot.kind, GUEST_MULTIBOOT1);
	CHECK_EQ(boot.format, IMAGE_BY_ADDRESS);
	CHECK_EQ(boot.start.eip, at + 4);
	CHECK_EQ(boot.end, at + 8192);
	CHECK(guest_holds(at, image.bytes + IMAGE_HEADER_AT - 0x100, 4096));
	CHECK(guest_holds(at + 4096, (u8[4096]){0}, 4096));

	/* To the end of the file, no bss; and an ELF header counts no more. */
	make_by_address((u32[]){at + IMAGE_HEADER_AT, at, 0, 0, at});
	test_image_make_elf64(&image, 0);
	CHECK_STR(boot_guest(GUEST_AUTO).what, NULL);
	CHECK_EQ(boot.end, at + KIB(16));
	CHECK(guest_holds(at, image.bytes, KIB(16)));
	image_end();
}

static void wrong_address_fields_are_refused(void)
{
	static const u32 at = 0x100000;
	static const struct {
		u32 address[5];
		const char *what;
	} cases[] = {
		{{at + 0x201, at, 0, 0, at},
		 "multiboot addresses that fit no image, load_addr"},
		{{at, at + 1, 0, 0, at},
		 "multiboot addresses that fit no image, load_addr"},
		{{at, ~0u, 0, 0, at},
		 "multiboot addresses that fit no image, load_addr"},
		{{at, at, at - 1, 0, at},
		 "multiboot addresses with an end before their beginning, "
		 "load_end_addr"},
		{{at, at, at + 16, at + 15, at},
		 "multiboot addresses with an end before their beginning, "
		 "load_end_addr"},
		{{at, at, at + 0x4000, 0, at},
		 "segment past the end of the file, at offset"},
		{{at, at, at + 16, RAM + 1, at},
		 "segment outside guest RAM, at"},
		{{0xe0000, 0xe0000, 0, 0, 0xe0000},
		 "segment in the reserved area below 1 MiB, which holds the "
		 "boot information, at"},
		{{at, at, at + 16, 0, at + 16},
		 "entry point in no segment, at"},
		{{at, at, at, 0, at}, "entry point in no segment, at"},
	};

	boot_begin();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		make_by_address(cases[i].address);
		CHECK_STR(boot_guest(GUEST_AUTO).what, cases[i].what);
		CHECK(ram_is_untouched());
	}
	image_end();
}

static const char *string_at(u32 address)
{
	return (const char *)low_memory() + address;
}

static void the_guest_is_told_what_it_has(void)
{
	static const struct multiboot1_mmap_entry expected[] = {
		{20, 0, 0x9fc00, 1},
		{20, 0x9fc00, 0xf0000 - 0x9fc00, 2},
		{20, 0xf0000, 0xf000, 3},
		{20, 0xff000, 0x1000, 4},
		{20, MIB(1), RAM - MIB(1), 1},
	};
	struct multiboot1_info info;

	boot_begin();
	make_multiboot1(3);
	request.cmdline = "a b=c";
	CHECK_STR(boot_guest(GUEST_AUTO).what, NULL);
	memcpy(&info, low_memory() + boot.start.ebx, sizeof(info));
	CHECK_EQ(info.flags, 0x24d);
	CHECK_EQ(info.mem_lower, 639);
	CHECK_EQ(info.mem_upper, 4096);
	CHECK_STR(string_at(info.cmdline), "/sbin/guest a b=c");
	CHECK_STR(string_at(info.boot_loader_name), "A tour of VT-x");
	CHECK_EQ(info.mods_count, 0);
	CHECK_EQ(info.mmap_length, sizeof(expected));
	CHECK(guest_holds(info.mmap_addr, expected, sizeof(expected)));
	CHECK(guest_holds(GUEST_ACPI_START, "RSD PTR ", 8));

	/* Without arguments no blank follows the path. */
	request.cmdline = "";
	CHECK_STR(boot_guest(GUEST_AUTO).what, NULL);
	memcpy(&info, low_memory() + boot.start.ebx, sizeof(info));
	CHECK_STR(string_at(info.cmdline), "/sbin/guest");
	image_end();
}

static void modules_lie_behind_the_kernel(void)
{
	struct multiboot1_module told[3];
	struct multiboot1_info info;

	boot_begin();
	make_multiboot1(3);
	add_module(5000, "/modules/1/a", "x=1 y");
	add_module(1, "/modules/2/b", "");
	add_module(4096, "/modules/3/c", "z");
	CHECK_STR(boot_guest(GUEST_AUTO).what, NULL);
	memcpy(&info, low_memory() + boot.start.ebx, sizeof(info));
	CHECK_EQ(info.mods_count, 3);
	memcpy(told, low_memory() + info.mods_addr, sizeof(told));
	CHECK_EQ(told[0].mod_start, MIB(1) + KIB(12));
	CHECK_EQ(told[0].mod_end, MIB(1) + KIB(12) + 5000);
	CHECK_EQ(told[1].mod_start, MIB(1) + KIB(20));
	CHECK_EQ(told[2].mod_start, MIB(1) + KIB(24));
	CHECK_STR(string_at(told[0].string), "/modules/1/a x=1 y");
	CHECK_STR(string_at(told[1].string), "/modules/2/b");
	CHECK_STR(string_at(told[2].string), "/modules/3/c z");
	for (unsigned int i = 0; i < 3; i++) {
		CHECK_EQ(told[i].mod_end - told[i].mod_start,
			 module_images[i].source.size);
		CHECK_EQ(told[i].reserved, 0);
		CHECK(guest_holds(told[i].mod_start, module_images[i].bytes,
				  module_images[i].source.size));
	}
	/* They touch nothing but their own bytes. */
	CHECK(guest_holds(told[1].mod_end, (u8[1]){CANARY}, 1));
	image_end();
}

static const struct unit_test tests[] = {
	UNIT_TEST(elf_images_are_loaded),
	UNIT_TEST(elf64_made_elf32_is_loaded),
	UNIT_TEST(headers_are_found_where_they_may_be),
	UNIT_TEST(missing_or_damaged_headers_are_refused),
	UNIT_TEST(required_flags_are_served_or_refused),
	UNIT_TEST(address_fields_say_what_goes_where),
	UNIT_TEST(wrong_address_fields_are_refused),
	UNIT_TEST(the_guest_is_told_what_it_has),
	UNIT_TEST(modules_lie_behind_the_kernel),
};

int main(void)
{
	return UNIT_RUN(tests);
}
