#pragma once
/*
 * The date, as the host's clock has it.
 *
 * "MC146818A Real-Time Clock plus RAM" (data sheet).
 */
#include "lib/types.h"

/*
 * Seconds since the start of 1970; 0 where the clock has no sound date or does
 * not hold still. Never waits longer than two of its updates.
 */
u64 host_time(void);
