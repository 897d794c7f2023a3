#pragma once
/*
 * A guest image and the guest RAM to load it into, for tests, between
 * image_begin() and image_end().
 */
#include "fake_frames.h"
#include "guest_images.h"
#include "image/guest_image.h"
#include "unit.h"
#include <stdlib.h>

#define CAPS                                                            \
	(EPT_CAP_WALK_LENGTH_4 | EPT_CAP_TABLES_WB | EPT_CAP_2M_PAGES | \
	 EPT_CAP_INVEPT | EPT_CAP_INVEPT_SINGLE)

#define RAM    MIB(5)
#define CANARY 0xee

static struct ept ept;
static struct guest_memory memory;
static struct test_image image;
static struct guest_image guest;
static u8 ram[RAM]; /* what guest RAM should hold, or a copy of it */

static inline void image_begin_with_ram(u64 size)
{
	CHECK(!failed(ept_init(&ept, CAPS, 48)));
	CHECK(!failed(guest_memory_init(&memory, &ept, size, false)));
	memset(ram, CANARY, sizeof(ram));
	CHECK(guest_memory_write(&memory, 0, ram, min_u64(size, RAM)));
}

static inline void image_begin(void)
{
	image_begin_with_ram(RAM);
}

static inline void image_end(void)
{
	guest_memory_destroy(&memory);
	ept_destroy(&ept);
	CHECK_EQ(fake_frames_outstanding(), 0);
	fake_frames_reset();
}

static inline struct error image_load(const char *cmdline)
{
	memset(&guest, 0, sizeof(guest));
	return guest_image_load(&image.source, &memory, cmdline, &guest);
}

/* The usual guest: one segment with bss at 1 MiB, entry in its middle. */
static inline void make_elf32(void)
{
	test_image_init(&image, KIB(16));
	test_image_make_elf32(&image, MIB(1) + 0x800);
	test_image_load32(&image, KIB(4), KIB(8), MIB(1), KIB(12));
	test_image_begin(&image);
	test_image_end(&image);
}

/* Linked high, loaded low, as a 64-bit kernel is. */
static inline void make_elf64(void)
{
	const u64 high = 0xffffffff80000000;

	test_image_init(&image, KIB(16));
	test_image_make_elf64(&image, high + MIB(2) + 0x10);
	test_image_load64(&image, KIB(4), KIB(4), high + MIB(1), MIB(1),
			  KIB(4));
	test_image_load64(&image, KIB(8), KIB(4), high + MIB(2), MIB(3),
			  KIB(4));
	test_image_begin(&image);
	test_image_end(&image);
}

/* Guest RAM holds what ram says, apart from the information structure. */
static inline bool ram_is_as_expected(u32 info_size)
{
	u8 *actual = malloc(RAM);
	bool same;

	CHECK(guest_memory_read(&memory, 0, actual, RAM));
	memcpy(ram + guest.info, actual + guest.info, info_size);
	same = memcmp(ram, actual, RAM) == 0;
	free(actual);
	return same;
}

static inline u32 info_size(void)
{
	struct multiboot2_info info = {0};

	CHECK(guest_memory_read(&memory, guest.info, &info, sizeof(info)));
	CHECK_EQ(info.reserved, 0);
	return info.total_size;
}

static inline void refused_with(const char *what, u64 value)
{
	struct error error = image_load("");

	CHECK_STR(error.what, what);
	CHECK_EQ(error.value, value);
	CHECK(ram_is_as_expected(0));
}

#define REFUSED(change, what, value)       \
	do {                               \
		make_elf32();              \
		change;                    \
		refused_with(what, value); \
	} while (0)
