#pragma once
/*
 * What a guest without ACPI finds its CPUs and interrupt inputs by.
 *
 * "MultiProcessor Specification", version 1.4. Guests look for the floating
 * pointer in the EBDA (bios/guest_bios.h), among other places: there it is,
 * with the table behind it. The MADT (acpi/guest_madt.h) says the same.
 */
#include "bios/guest_bios.h"
#include "guest_memory.h"
#include "lib/error.h"

#define GUEST_MP_TABLE_START GUEST_EBDA_FREE
#define GUEST_MP_TABLE_END   GUEST_EBDA_END

#define GUEST_MP_TABLE_CPUS_MAX 32u

struct guest_mp_machine {
	unsigned int cpus; /* their local APIC IDs are 0 .. cpus-1 */
	u32 signature;	   /* of each: CPUID 1, EAX */
	u32 features;	   /* CPUID 1, EDX */
};

/*
 * Writes floating pointer and table into guest RAM, which reaches beyond
 * GUEST_MP_TABLE_END, for a machine with local APICs and an I/O APIC. Errors:
 * more processors than GUEST_MP_TABLE_CPUS_MAX; no memory for guest RAM.
 */
struct error guest_mp_table_write(struct guest_memory *memory,
				  const struct guest_mp_machine *machine);
