#pragma once
/*
 * The ways in which a kernel ends its machine, beside kernel_end(): each is a
 * port that somebody listens at, or not. They return if nobody does.
 */
#include "lib/types.h"

/* QEMU's debug-exit port ("isa-debug-exit" in its documentation). */
void endings_debug_exit(u32 value);

/* ACPI soft off, without the line that tells the status. */
void endings_power_off(void);

/* The word that Bochs waits for: its manual, "The shutdown port". */
void endings_shutdown(void);

/* The Reset Control register of Intel's chip sets. */
void endings_reset(void);
