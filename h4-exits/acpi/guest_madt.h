#pragma once
/*
 * The guest's MADT: its processors and interrupt controllers.
 *
 * "ACPI Specification", "Multiple APIC Description Table (MADT)".
 */
#include "acpi/guest_acpi.h"

#define GUEST_MADT_SIZE                                         \
	(sizeof(struct madt_table) +                            \
	 GUEST_ACPI_CPUS_MAX * sizeof(struct madt_local_apic) + \
	 sizeof(struct madt_local_apic_nmi) +                   \
	 sizeof(struct madt_io_apic_structure) +                \
	 2 * sizeof(struct madt_source_override))

/*
 * Makes the table, but for its header, and gives its size. cpus: at most
 * GUEST_ACPI_CPUS_MAX.
 */
u32 guest_madt_make(const struct guest_acpi_machine *machine,
		    u8 table[GUEST_MADT_SIZE]);
