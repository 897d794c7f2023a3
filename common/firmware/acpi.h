#pragma once
/*
 * ACPI tables: what the firmware says about the machine.
 *
 * "ACPI Specification", chapter "ACPI Software Programming Model". The root
 * pointer (RSDP) names a root table (XSDT or RSDT), whose entries name all
 * others. Every byte comes from the firmware and is checked before it is
 * believed: addresses, lengths and checksums.
 */
#include "lib/error.h"
#include "lib/types.h"

/* What every table begins with: "System Description Table Header". */
struct acpi_table {
	char signature[4];
	u32 length; /* of the whole table in bytes, this header included */
	u8 revision;
	u8 checksum; /* makes the sum of all bytes of the table 0 */
	char oem_id[6];
	char oem_table_id[8];
	u32 oem_revision;
	u32 creator_id;
	u32 creator_revision;
} __attribute__((packed));

/* The root table, found and checked. */
struct acpi {
	const struct acpi_table *root;
	u32 entry_size; /* bytes of an address in it: XSDT 8, RSDT 4 */
};

/*
 * Finds the root table by a copy of the RSDP, of which size bytes are at hand
 * (20 of ACPI 1.0's, 36 or more of a later one). The XSDT is used where there
 * is a sound one, else the RSDT. Errors: an RSDP or root table that is cut
 * off, of another signature, with a wrong checksum or out of reach.
 */
struct error acpi_init(struct acpi *acpi, const void *rsdp, u64 size);

/*
 * Finds the table with this signature (4 characters), number index among
 * those that have it, counted from 0. *table points into the firmware's own
 * memory; its length is sound and its checksum right. Errors: no such table,
 * or one that is damaged.
 */
struct error acpi_find(const struct acpi *acpi, const char *signature,
		       unsigned int index, const struct acpi_table **table);

/*
 * Checks the table at a physical address, for those that another table names
 * instead of the root: signature, length, checksum. Errors: as acpi_find().
 */
struct error acpi_table_at(hpa_t address, const char *signature,
			   const struct acpi_table **table);
