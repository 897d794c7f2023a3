#pragma once
/*
 * What the vectors of real mode lead to: code for 16-bit segments, which runs
 * wherever it is copied to, with CS at most 64 KiB below it.
 */
#include "lib/types.h"

extern const u8 bios_handlers[];
extern const u32 bios_handlers_size; /* bytes */

enum bios_handler {
	BIOS_NO_SERVICE, /* of a BIOS call: carry set, AH 0x86 */
	BIOS_RETURN,	 /* does nothing */
	BIOS_TIMER,	 /* IRQ 0: counts, and calls vector 0x1c */
	BIOS_IRQ_MASTER, /* an IRQ that nobody handles */
	BIOS_IRQ_SLAVE,
	BIOS_HANDLERS,
};

/* Where each of them begins. */
extern const u16 bios_handler_offsets[BIOS_HANDLERS];
