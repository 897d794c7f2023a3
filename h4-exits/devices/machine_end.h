#pragma once
/*
 * How a device ends the guest's run: a power-off, a reset, a debug-exit port,
 * a time limit.
 */
#include "lib/types.h"

enum machine_end_kind {
	MACHINE_RUNS,
	MACHINE_POWERED_OFF, /* ACPI, or "Shutdown" at port 0x8900 */
	MACHINE_RESET,	     /* the guest asked for a reset */
	MACHINE_EXITED,	     /* the debug-exit port, with a value */
	MACHINE_TIME_UP,     /* a time limit: see time_limit.h */
};

/* One for each machine. A device writes it; whoever runs the guest reads it. */
struct machine_end {
	enum machine_end_kind kind;
	u32 value; /* MACHINE_EXITED: what was written, 0 being success */
};
