#pragma once
/*
 * What a PC's BIOS leaves in memory when it starts an operating system: the
 * vectors of real mode, the BIOS data area behind them, in which guests read
 * where conventional memory ends, and the extended one (EBDA), in which they
 * look for tables.
 *
 * There is no BIOS in this machine. Its calls answer that they do not exist,
 * and interrupts that nobody handles are acknowledged.
 *
 * "System BIOS for IBM PCs, Compatibles, and EISA Computers"; SDM: "Interrupt
 * and Exception Handling" in the chapter "8086 Emulation".
 */
#include "acpi/guest_acpi.h"
#include "guest_memory.h"
#include "image/guest_layout.h"
#include "lib/error.h"

#define GUEST_BIOS_DATA_START 0x400u /* the vectors end here */
#define GUEST_BIOS_DATA_END   0x500u

/* The EBDA's first paragraph is the BIOS's own; its first byte, KiB. */
#define GUEST_EBDA_START GUEST_RESERVED_START
#define GUEST_EBDA_END	 0xa0000u
#define GUEST_EBDA_FREE	 (GUEST_EBDA_START + 16)

/* Where the vectors lead to: behind the FACS, in the BIOS's segment. */
#define GUEST_BIOS_SEGMENT 0xf000u
#define GUEST_BIOS_CODE	   (GUEST_ACPI_NVS_START + 0x400)

/*
 * Writes all of it into guest RAM, which reaches beyond 1 MiB: for a machine
 * with one serial port. Errors: no memory for guest RAM.
 */
struct error guest_bios_write(struct guest_memory *memory);
