#pragma once
/*
 * A flash chip that can only be read.
 *
 * A flash chip takes commands by writes to it: erase, program, identify. On a
 * PC the chipset lets no write through to the chip that holds the firmware
 * ("Intel I/O Controller Hub 9 (ICH9) Family Datasheet", BIOS Control
 * register, BIOSWE). So it is here: every write is lost, and the chip always
 * gives its bytes.
 */
#include "devices/bus.h"
#include "lib/types.h"

struct flash {
	const u8 *bytes;
	u64 size;
};

/*
 * Puts a chip on the bus of guest-physical addresses, at MACHINE_FLASH_BASE.
 * It begins with the size bytes, which stay the caller's and must stay as long
 * as the chip; the rest of it is erased. Errors: more bytes than the chip has;
 * bus_add().
 */
struct error flash_attach(struct flash *flash, struct bus *memory,
			  const u8 *bytes, u64 size);
