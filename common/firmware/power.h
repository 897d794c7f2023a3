#pragma once
/*
 * Switching the machine off, by ACPI.
 *
 * "ACPI Specification", "Entering a Sleeping State" and "Legacy/ACPI Select and
 * the SCI Interrupt".
 */
#include "firmware/fadt.h"

/* Keeps what power_off() needs. */
void power_init(const struct fadt *fadt);

/* Has power_init() been called? */
bool power_available(void);

/*
 * Asks the machine for soft off (S5) and waits a moment for it. Returns if
 * there was no power_init(), or if the machine stays on nevertheless.
 */
void power_off(void);
