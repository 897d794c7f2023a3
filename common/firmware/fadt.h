#pragma once
/*
 * The FADT: where the machine's power management registers are, and what to
 * write there to switch it off.
 *
 * "ACPI Specification", "Fixed ACPI Description Table (FADT)".
 */
#include "firmware/acpi.h"
#include "lib/error.h"
#include "lib/types.h"

/* I/O ports are 0 where the machine does not have the register. */
struct fadt {
	u16 pm1a_control; /* PM1a_CNT_BLK */
	u16 pm1b_control; /* PM1b_CNT_BLK */

	/* Soft off (S5): SLP_TYP for the two registers above, 0 .. 7. */
	u8 s5_sleep_type_a;
	u8 s5_sleep_type_b;

	/* Writing acpi_enable to smi_command hands the registers over. */
	u16 smi_command; /* SMI_CMD */
	u8 acpi_enable;	 /* ACPI_ENABLE */

	u16 reset;	/* RESET_REG, a byte wide */
	u8 reset_value; /* RESET_VALUE */

	u16 pm_timer;	  /* PM_TMR_BLK: counts at 3.579545 MHz */
	u8 pm_timer_bits; /* its width: 24 or 32 */
};

/*
 * Reads the FADT, and the DSDT or SSDT that holds \_S5. Errors: a table not
 * there, cut off or damaged; a hardware-reduced machine, which has none of
 * these registers; no PM1a control register in I/O space; no \_S5 package.
 */
struct error fadt_read(struct fadt *fadt, const struct acpi *acpi);
