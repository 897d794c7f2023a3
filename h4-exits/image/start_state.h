#pragma once
/*
 * The state in which a guest starts, as far as it differs from kind to kind of
 * image. Interrupts are off, and the A20 gate is open.
 */
#include "lib/types.h"

enum start_mode {
	/* Flat segments, no paging: "I386 machine state" of multiboot2. */
	START_PROTECTED_32,
	/* As at the end of a PC's firmware: DS, ES, SS, FS and GS are 0. */
	START_REAL_16,
};

struct start_state {
	enum start_mode mode;
	u16 cs;	 /* START_REAL_16: the selector; its base is 16 times that */
	u32 eip; /* START_REAL_16: below 64 KiB */
	u32 eax;
	u32 ebx;
	u32 edx;
	u32 esp;
};
