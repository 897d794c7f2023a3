/*
 * The flash chip.
 *
 * modules: h4-exits/devices/bus.c h4-exits/devices/flash.c
 */
#include "devices/flash.h"
#include "devices/machine_layout.h"
#include "unit.h"

static struct bus memory;
static struct flash flash;

static u64 read(u64 address, unsigned int size)
{
	u64 value = 0;

	CHECK(bus_read(&memory, address, size, &value));
	return value;
}

static void gives_its_bytes(void)
{
	static const u8 bytes[] = {'p', 'f', 'l', 'd', 1, 2, 3, 4, 5};

	memset(&memory, 0, sizeof(memory));
	CHECK(!failed(flash_attach(&flash, &memory, bytes, sizeof(bytes))));
	CHECK_EQ(read(MACHINE_FLASH_BASE, 4), 0x646c6670);
	CHECK_EQ(read(MACHINE_FLASH_BASE + 1, 8), 0x0504030201646c66);
	CHECK_EQ(read(MACHINE_FLASH_BASE + 8, 2), 0xff05);
	CHECK_EQ(read(MACHINE_FLASH_BASE + 9, 8), UINT64_MAX);
	CHECK_EQ(read(0xfffffff0, 8), UINT64_MAX);
	CHECK(bus_find(&memory, 0xffffffff) != NULL);
	CHECK(bus_find(&memory, 0x100000000) == NULL);
	CHECK(bus_write(&memory, MACHINE_FLASH_BASE, 1, 0x90));
	CHECK_EQ(read(MACHINE_FLASH_BASE, 1), 'p');
}

static void is_no_larger_than_the_chip(void)
{
	memset(&memory, 0, sizeof(memory));
	CHECK(failed(flash_attach(&flash, &memory, NULL,
				  MACHINE_FLASH_SIZE + 1ull)));
	CHECK(!failed(flash_attach(&flash, &memory, NULL, 0)));
	CHECK_EQ(read(MACHINE_FLASH_BASE, 4), 0xffffffff);
}

static const struct unit_test tests[] = {
	UNIT_TEST(gives_its_bytes),
	UNIT_TEST(is_no_larger_than_the_chip),
};

int main(void)
{
	return UNIT_RUN(tests);
}
