#pragma once
/*
 * The ACPI tables that a guest finds: what its machine has, and where.
 *
 * "ACPI Specification", chapter "ACPI Software Programming Model". A guest of
 * multiboot2 gets a copy of the RSDP; any other finds it as on a PC, by looking
 * on 16-byte boundaries from 0xe0000 to 0xfffff.
 */
#include "firmware/acpi_layout.h"
#include "guest_memory.h"

/* The tables; a guest that has read them may use the memory. */
#define GUEST_ACPI_START 0xf0000u
#define GUEST_ACPI_END	 0xff000u

/* The FACS, which belongs to firmware for good. */
#define GUEST_ACPI_NVS_START 0xff000u
#define GUEST_ACPI_NVS_END   0x100000u

#define GUEST_ACPI_CPUS_MAX 255u /* by 8-bit local APIC IDs */

#define GUEST_ACPI_EXTRA_MAX 4u

/* A whole table with its header and checksum. */
struct guest_acpi_table {
	const void *bytes;
	u64 size;
};

struct guest_acpi_machine {
	unsigned int cpus; /* their local APIC IDs are 0 .. cpus-1 */
	bool has_local_apics;
	bool has_io_apic; /* then input 0 of the 8259s is its input 2 */
	const struct guest_acpi_table *extra; /* besides the tables below */
	unsigned int extra_count;
};

/*
 * Writes RSDP, RSDT, XSDT, FADT, MADT, DSDT, FACS and the extra tables into
 * guest RAM, which reaches beyond 1 MiB; gives a copy of the RSDP. Errors: more
 * processors than GUEST_ACPI_CPUS_MAX; more extra tables than
 * GUEST_ACPI_EXTRA_MAX, or no room for them; no memory for guest RAM.
 */
struct error guest_acpi_build(struct guest_memory *memory,
			      const struct guest_acpi_machine *machine,
			      struct rsdp *rsdp);
