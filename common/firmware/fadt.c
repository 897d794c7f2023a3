#include "firmware/fadt.h"
#include "firmware/aml.h"
#include "lib/string.h"

#define LENGTH_ACPI_1 116 /* of the shortest table: up to flags */
#define SSDTS_MAX     64  /* looked through for \_S5; PCs have up to 30 */

#define FLAG_TMR_VAL_EXT     BIT(8)
#define FLAG_RESET_REG_SUP   BIT(10)
#define FLAG_HW_REDUCED_ACPI BIT(20)

#define ADDRESS_SPACE_SYSTEM_IO 1

/* "Generic Address Structure" */
struct generic_address {
	u8 address_space_id;
	u8 register_bit_width;
	u8 register_bit_offset;
	u8 access_size;
	u64 address;
} __attribute__((packed));

struct fadt_table {
	struct acpi_table header;
	u32 firmware_ctrl;
	u32 dsdt;
	u8 reserved_44;
	u8 preferred_pm_profile;
	u16 sci_int;
	u32 smi_cmd;
	u8 acpi_enable;
	u8 acpi_disable;
	u8 s4bios_req;
	u8 pstate_cnt;
	u32 pm1a_evt_blk;
	u32 pm1b_evt_blk;
	u32 pm1a_cnt_blk;
	u32 pm1b_cnt_blk;
	u32 pm2_cnt_blk;
	u32 pm_tmr_blk;
	u32 gpe0_blk;
	u32 gpe1_blk;
	u8 pm1_evt_len;
	u8 pm1_cnt_len;
	u8 pm2_cnt_len;
	u8 pm_tmr_len;
	u8 gpe0_blk_len;
	u8 gpe1_blk_len;
	u8 gpe1_base;
	u8 cst_cnt;
	u16 p_lvl2_lat;
	u16 p_lvl3_lat;
	u16 flush_size;
	u16 flush_stride;
	u8 duty_offset;
	u8 duty_width;
	u8 day_alrm;
	u8 mon_alrm;
	u8 century;
	u16 iapc_boot_arch;
	u8 reserved_111;
	u32 flags;
	struct generic_address reset_reg;
	u8 reset_value;
	u16 arm_boot_arch;
	u8 minor_version;
	u64 x_firmware_ctrl;
	u64 x_dsdt;
	struct generic_address x_pm1a_evt_blk;
	struct generic_address x_pm1b_evt_blk;
	struct generic_address x_pm1a_cnt_blk;
	struct generic_address x_pm1b_cnt_blk;
	struct generic_address x_pm2_cnt_blk;
	struct generic_address x_pm_tmr_blk;
} __attribute__((packed));

_Static_assert(offsetof(struct fadt_table, reset_reg) == LENGTH_ACPI_1,
	       "the table of ACPI 1.0 ends before RESET_REG");
_Static_assert(sizeof(struct fadt_table) == 220, "up to X_PM_TMR_BLK");

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
	if (table->length < LENGTH_ACPI_1) {
		return failure("ACPI FADT cut off, bytes", table->length);
	}
	/* The table grew with ACPI's revisions; what it lacks stays 0. */
	memcpy(&raw, table, min_u64(table->length, sizeof(raw)));
	if (raw.flags & FLAG_HW_REDUCED_ACPI) {
		return failure("hardware-reduced ACPI, FADT flags", raw.flags);
	}
	*fadt = (struct fadt){
		.pm1a_control = port_of(&raw.x_pm1a_cnt_blk, raw.pm1a_cnt_blk),
		.pm1b_control = port_of(&raw.x_pm1b_cnt_blk, raw.pm1b_cnt_blk),
		.pm_timer = port_of(&raw.x_pm_tmr_blk, raw.pm_tmr_blk),
		.pm_timer_bits = raw.flags & FLAG_TMR_VAL_EXT ? 32 : 24,
	};
	if (raw.smi_cmd <= UINT16_MAX) {
		fadt->smi_command = (u16)raw.smi_cmd;
		fadt->acpi_enable = raw.acpi_enable;
	}
	if (raw.flags & FLAG_RESET_REG_SUP) {
		fadt->reset = port_of(&raw.reset_reg, 0);
		fadt->reset_value = raw.reset_value;
	}
	if (fadt->pm1a_control == 0) {
		return failure("no PM1a control register in I/O space, but at",
			       raw.x_pm1a_cnt_blk.address);
	}
	return read_s5(fadt, acpi, raw.x_dsdt ? raw.x_dsdt : raw.dsdt);
}
