#pragma once
/*
 * What firmware leaves in the clock's battery-backed memory: how much RAM there
 * is, what else there is, and a checksum.
 */
#include "lib/types.h"

/* The RAM of the machine, in bytes. */
struct cmos_memory {
	u64 below_4g;
	u64 above_4g;
};

/*
 * Fills them in. bytes: all of the clock's. A size that is too large for its
 * bytes is the largest that they can hold.
 */
void cmos_memory_put(u8 *bytes, struct cmos_memory memory);
