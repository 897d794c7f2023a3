#pragma once
/*
 * The MADT: which processors and interrupt controllers the machine has.
 *
 * "ACPI Specification", "Multiple APIC Description Table (MADT)".
 */
#include "firmware/acpi.h"
#include "lib/error.h"
#include "lib/types.h"

#define MADT_CPUS     256
#define MADT_IO_APICS 16

struct madt_cpu {
	u32 apic_id;
	bool enabled; /* false: not now, but it can be brought online */
};

struct madt_io_apic {
	u8 id;
	hpa_t address;
	u32 gsi_base; /* the first global system interrupt of its pins */
};

struct madt {
	/*
	 * Processors that are enabled or online-capable, each APIC ID once,
	 * in the firmware's order. cpu_total may be greater than cpu_count:
	 * then the machine has more than the array can hold.
	 */
	struct madt_cpu cpus[MADT_CPUS];
	u32 cpu_count;
	u32 cpu_total;

	struct madt_io_apic io_apics[MADT_IO_APICS];
	u32 io_apic_count;

	hpa_t local_apic; /* where each processor sees its own */
	bool has_8259;	  /* a pair of 8259s, to be masked before APIC use */
};

/*
 * Reads the MADT. Errors: none there, damaged, a structure in it that does
 * not fit, or more I/O APICs than the array holds.
 */
struct error madt_read(struct madt *madt, const struct acpi *acpi);
