#include "devices/flash.h"
#include "devices/machine_layout.h"

#define ERASED 0xff

static bool read(void *device, u64 offset, unsigned int size, u64 *value)
{
	const struct flash *flash = device;
	u64 result = 0;

	for (unsigned int i = 0; i < size; i++) {
		u64 byte = offset + i < flash->size ? flash->bytes[offset + i]
						    : ERASED;

		result |= byte << (8 * i);
	}
	*value = result;
	return true;
}

static bool write(void *device, u64 offset, unsigned int size, u64 value)
{
	(void)device;
	(void)offset;
	(void)size;
	(void)value;
	return true;
}

static const struct bus_ops ops = {read, write, 8};

struct error flash_attach(struct flash *flash, struct bus *memory,
			  const u8 *bytes, u64 size)
{
	if (size > MACHINE_FLASH_SIZE) {
		return failure("the flash image is larger than the chip", size);
	}
	*flash = (struct flash){.bytes = bytes, .size = size};
	return bus_add(memory,
		       (struct bus_range){MACHINE_FLASH_BASE,
					  MACHINE_FLASH_BASE +
						  (MACHINE_FLASH_SIZE - 1),
					  &ops, flash, "flash"});
}
