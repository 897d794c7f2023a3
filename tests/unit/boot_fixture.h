#pragma once
/*
 * A guest image of any kind and the guest RAM to load it into, as
 * image_fixture.h is for h3's loader.
 */
#include "image/guest_boot.h"
#include "image/guest_layout.h"
#include "image/multiboot1.h"
#include "image_fixture.h"

static struct guest_boot_request request;
static struct guest_boot boot;
static const char *culprit;

/* Modules are images, too: bytes without a header. */
static struct test_image module_images[3];
static struct boot_module modules[BOOT_MODULES_MAX + 1];

static inline void boot_begin(void)
{
	image_begin();
	request = (struct guest_boot_request){
		.source = &image.source,
		.path = "/sbin/guest",
		.cmdline = "",
		.modules = modules,
		.machine = {.cpus = 1},
	};
}

static inline struct error boot_guest(enum guest_kind kind)
{
	memset(&boot, 0xff, sizeof(boot));
	culprit = NULL;
	request.kind = kind;
	return guest_boot_load(&memory, &request, &boot, &culprit);
}

/* Puts a multiboot1 header into the image; address: five words, or NULL. */
static inline void put_multiboot1(u32 at, u32 flags, const u32 *address)
{
	struct multiboot1_header header = {.magic = MULTIBOOT1_HEADER_MAGIC,
					   .flags = flags};

	header.checksum = -(header.magic + header.flags);
	memcpy(image.bytes + at, &header, sizeof(header));
	if (address != NULL) {
		memcpy(image.bytes + at + sizeof(header), address, 20);
	}
}

/* The usual ELF32 guest, with a multiboot1 header instead of multiboot2's. */
static inline void make_multiboot1(u32 flags)
{
	make_elf32();
	memset(image.bytes + IMAGE_HEADER_AT, 0, 32);
	put_multiboot1(IMAGE_HEADER_AT, flags, NULL);
}

static inline void add_module(u64 size, const char *path, const char *args)
{
	unsigned int i = request.module_count++;

	test_image_init(&module_images[i], size);
	modules[i] = (struct boot_module){
		.source = &module_images[i].source, .path = path, .args = args};
}

/* A copy of guest RAM below 1 MiB, where the guest is told what there is. */
static inline const u8 *low_memory(void)
{
	static u8 low[MIB(1)];

	CHECK(guest_memory_read(&memory, 0, low, sizeof(low)));
	return low;
}

/* The bytes of guest RAM at gpa, which are to be what is at expected. */
static inline bool guest_holds(gpa_t gpa, const void *expected, u64 size)
{
	u8 *actual = malloc(size + 1);
	bool same = guest_memory_read(&memory, gpa, actual, size) &&
		    memcmp(actual, expected, size) == 0;

	free(actual);
	return same;
}

/* Guest RAM is as image_begin() left it. */
static inline bool ram_is_untouched(void)
{
	u8 *actual = malloc(RAM);
	bool same = guest_memory_read(&memory, 0, actual, RAM);

	for (u64 at = 0; same && at < RAM; at++) {
		same = actual[at] == CANARY;
	}
	free(actual);
	return same;
}

#define BOOT_REFUSED(kind, text, number)                 \
	do {                                             \
		struct error refused = boot_guest(kind); \
                                                         \
		CHECK_STR(refused.what, text);           \
		CHECK_EQ(refused.value, number);         \
		CHECK(ram_is_untouched());               \
	} while (0)
