#include "firmware/fadt.h"
#include "firmware/acpi_layout.h"
#include "firmware/aml.h"
#include "lib/string.h"

#define SSDTS_MAX 64 /* looked through for \_S5; PCs have up to 30 */

/*
 * The port of a register that the table names twice: the extended field
 * counts where it is not zero. 0 for none, or none in I/O space.
 */
static u16 port_of(const struct generic_address *extended, u32 legacy)
{
	if (extended->address != 0 &&
	    extended->address_space_id == ADDRESS_SPACE_SYSTEM_IO &&
	    extended->address <= UINT16_MAX) {
		return (u16)extended->address;
	}
	return legacy <= UINT16_MAX ? (u16)legacy : 0;
}

/* \_S5 stands in the DSDT as a rule; an SSDT may hold it instead. */
static struct error read_s5(struct fadt *fadt, const struct acpi *acpi,
			    hpa_t dsdt)
{
	const struct acpi_table *table;
	struct error error = acpi_table_at(dsdt, "DSDT", &table);

	for (unsigned int ssdt = 0; !failed(error); ssdt++) {
		if (aml_find_s5((const u8 *)(table + 1),
				table->length - sizeof(*table),
				&fadt->s5_sleep_type_a,
				&fadt->s5_sleep_type_b)) {
			return SUCCESS;
		}
		if (ssdt == SSDTS_MAX ||
		    failed(acpi_find(acpi, "SSDT", ssdt, &table))) {
			return failure("no \\_S5 package in the DSDT at", dsdt);
		}
	}
	return error;
}

struct error fadt_read(struct fadt *fadt, const struct acpi *acpi)
{
	const struct acpi_table *table;
	struct error error = acpi_find(acpi, "FACP", 0, &table);
	struct fadt_table raw = {0};

	if (failed(error)) {
		return error;
	}
	if (table->length < FADT_LENGTH_ACPI_1) {
		return failure("ACPI FADT cut off, bytes", table->length);
	}
	/* The table grew with ACPI's revisions; what it lacks stays 0. */
	memcpy(&raw, table, min_u64(table->length, sizeof(raw)));
	if (raw.flags & FADT_HW_REDUCED_ACPI) {
		return failure("hardware-reduced ACPI, FADT flags", raw.flags);
	}
	*fadt = (struct fadt){
		.pm1a_control = port_of(&raw.x_pm1a_cnt_blk, raw.pm1a_cnt_blk),
		.pm1b_control = port_of(&raw.x_pm1b_cnt_blk, raw.pm1b_cnt_blk),
		.pm_timer = port_of(&raw.x_pm_tmr_blk, raw.pm_tmr_blk),
		.pm_timer_bits = raw.flags & FADT_TMR_VAL_EXT ? 32 : 24,
	};
	if (raw.smi_cmd <= UINT16_MAX) {
		fadt->smi_command = (u16)raw.smi_cmd;
		fadt->acpi_enable = raw.acpi_enable;
	}
	if (raw.flags & FADT_RESET_REG_SUP) {
		fadt->reset = port_of(&raw.reset_reg, 0);
		fadt->reset_value = raw.reset_value;
	}
	if (fadt->pm1a_control == 0) {
		return failure("no PM1a control register in I/O space, but at",
			       raw.x_pm1a_cnt_blk.address);
	}
	return read_s5(fadt, acpi, raw.x_dsdt ? raw.x_dsdt : raw.dsdt);
}
