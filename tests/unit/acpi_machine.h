#pragma once
/*
 * The ACPI tables of a small machine, for tests on the host, and the physical
 * memory that they lie in: 512 GiB that read as zero, so that a table can be
 * anywhere and an address can name anything. What lies around a table is out
 * of bounds for the address sanitizer.
 *
 * Stands for common/firmware/acpi.c: it is compiled here, over that memory.
 */
#include "lib/types.h"

enum machine_table {
	MACHINE_XSDT, /* above 4 GiB; names the three tables after the RSDT */
	MACHINE_RSDT, /* the same three */
	MACHINE_FADT,
	MACHINE_MADT,
	MACHINE_SSDT,
	MACHINE_DSDT, /* named by the FADT; holds \_S5 with types 5 and 3 */
	MACHINE_TABLES,
};

#define MACHINE_RSDP_SIZE 36
extern u8 machine_rsdp[MACHINE_RSDP_SIZE];

/* Clears the memory and lays out the machine anew; every checksum is right. */
void machine_build(void);

/*
 * Whether what lies around a table is out of bounds, as after machine_build().
 * It must not be where an address or a length may name it on purpose.
 */
void machine_fence(bool fenced);

hpa_t machine_address(enum machine_table table);

/* How many bytes of the table there are, whatever its header says. */
u32 machine_size(enum machine_table table);

/* Where the host sees the table. */
u8 *machine_bytes(enum machine_table table);

/*
 * Sets the table's length field and has so many bytes of it exist; new ones
 * are zero. size: up to 16 MiB.
 */
void machine_resize(enum machine_table table, u32 size);

/* Appends bytes to the table. */
void machine_append(enum machine_table table, const void *bytes, u32 size);

/* Makes the checksum right for the length that the table's header has. */
void machine_seal(enum machine_table table);

/* Makes both checksums of the RSDP right. */
void machine_seal_rsdp(void);

/* Little-endian numbers within a table; machine_seal() comes after them. */
void machine_put16(enum machine_table table, u32 offset, u16 value);
void machine_put32(enum machine_table table, u32 offset, u32 value);
void machine_put64(enum machine_table table, u32 offset, u64 value);

/* The memory at a physical address, which need not be a table's. */
u8 *machine_memory(hpa_t address);
