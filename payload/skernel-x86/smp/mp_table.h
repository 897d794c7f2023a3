#pragma once
/*
 * The MP table, by which systems older than ACPI find CPUs and interrupts.
 *
 * "MultiProcessor Specification", version 1.4.
 */
#include "lib/error.h"

/*
 * Looks for the table where the specification says that firmware puts it.
 * Does it list those CPUs that run, the boot CPU as such, an I/O APIC with an
 * ID of its own, the PIT at input 2 of that, the PIC and the NMI at the local
 * APICs? Errors: no table; a damaged one; what it does not have.
 */
struct error mp_table_check(void);
