#pragma once
/*
 * One clock measured by three others.
 */
#include "boot/kernel.h"

/*
 * Prints the time-stamp counter's frequency as it is by channel 2 of the PIT,
 * by channel 0, and by the ACPI power management timer where the tables name
 * one (acpi may be NULL). Fails if two of them differ by more than 2 %.
 */
enum kernel_status calibrate_run(const struct acpi *acpi);
