#pragma once
/*
 * What the vectors of real mode lead to: code for 16-bit segments, which runs
 * wherever it is copied to, with CS at most 64 KiB below it.
 */
#include "lib/types.h"

extern const u8 bios_handlers[], bios_handlers_end[];

/* The handlers in it. */
extern const u8 bios_no_service[]; /* of a BIOS call: carry set, AH 0x86 */
extern const u8 bios_return[];	   /* does nothing */
extern const u8 bios_timer[];	   /* IRQ 0: counts, and calls vector 0x1c */
extern const u8 bios_irq_master[]; /* an IRQ that nobody handles */
extern const u8 bios_irq_slave[];
