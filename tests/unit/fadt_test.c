/*
 * modules: tests/unit/acpi_machine.c common/firmware/fadt.c
 * modules: common/firmware/aml.c
 */
#include "acpi_machine.h"
#include "firmware/fadt.h"
#include "unit.h"

/* Offsets that "Fixed ACPI Description Table (FADT)" gives. */
#define SMI_CMD	       48
#define PM1A_CNT_BLK   64
#define PM1B_CNT_BLK   68
#define FLAGS	       112
#define RESET_REG      116
#define RESET_VALUE    128
#define X_DSDT	       140
#define X_PM1A_CNT_BLK 172
#define X_PM1B_CNT_BLK 184
#define X_PM_TMR_BLK   208

#define TMR_VAL_EXT	BIT(8)
#define RESET_REG_SUP	BIT(10)
#define HW_REDUCED_ACPI BIT(20)

static struct acpi acpi;
static struct fadt fadt;

static bool reads(void)
{
	machine_seal(MACHINE_FADT);
	machine_seal(MACHINE_DSDT);
	machine_seal(MACHINE_SSDT);
	return !failed(acpi_init(&acpi, machine_rsdp, MACHINE_RSDP_SIZE)) &&
	       !failed(fadt_read(&fadt, &acpi));
}

/* A generic address structure; space: 0 memory, 1 I/O ports. */
static void put_address(u32 offset, u8 space, u64 address)
{
	machine_bytes(MACHINE_FADT)[offset] = space;
	machine_put64(MACHINE_FADT, offset + 4, address);
}

static void reads_the_legacy_fields(void)
{
	machine_build();
	if (!CHECK(reads())) {
		return;
	}
	CHECK_EQ(fadt.pm1a_control, 0x604);
	CHECK_EQ(fadt.pm1b_control, 0);
	CHECK_EQ(fadt.smi_command, 0xb2);
	CHECK_EQ(fadt.acpi_enable, 0xf1);
	CHECK_EQ(fadt.pm_timer, 0x608);
	CHECK_EQ(fadt.pm_timer_bits, 24);
	CHECK_EQ(fadt.reset, 0);
	CHECK_EQ(fadt.s5_sleep_type_a, 5);
	CHECK_EQ(fadt.s5_sleep_type_b, 3);
}

static void prefers_the_extended_fields(void)
{
	machine_build();
	machine_put32(MACHINE_FADT, PM1B_CNT_BLK, 0x700);
	put_address(X_PM1A_CNT_BLK, 1, 0x1804);
	put_address(X_PM1B_CNT_BLK, 1, 0x1904);
	put_address(X_PM_TMR_BLK, 1, 0x1808);
	machine_put32(MACHINE_FADT, FLAGS, TMR_VAL_EXT);
	CHECK(reads());
	CHECK_EQ(fadt.pm1a_control, 0x1804);
	CHECK_EQ(fadt.pm1b_control, 0x1904);
	CHECK_EQ(fadt.pm_timer, 0x1808);
	CHECK_EQ(fadt.pm_timer_bits, 32);
}

static void takes_no_register_outside_io_space(void)
{
	machine_build();
	put_address(X_PM1A_CNT_BLK, 0, 0xfed81804);
	CHECK(reads());
	CHECK_EQ(fadt.pm1a_control, 0x604);
	put_address(X_PM1A_CNT_BLK, 1, 0x10604);
	CHECK(reads());
	CHECK_EQ(fadt.pm1a_control, 0x604);

	machine_put32(MACHINE_FADT, PM1A_CNT_BLK, 0);
	CHECK(!reads());
	machine_put32(MACHINE_FADT, PM1A_CNT_BLK, 0x10604);
	CHECK(!reads());
	put_address(X_PM1A_CNT_BLK, 1, 0x604);
	CHECK(reads());
}

static void needs_no_way_into_acpi_mode(void)
{
	machine_build();
	machine_put32(MACHINE_FADT, SMI_CMD, 0);
	CHECK(reads());
	CHECK_EQ(fadt.smi_command, 0);
	machine_put32(MACHINE_FADT, SMI_CMD, 0x100b2);
	CHECK(reads());
	CHECK_EQ(fadt.smi_command, 0);
	CHECK_EQ(fadt.acpi_enable, 0);
}

static void has_a_reset_register_only_by_its_flag(void)
{
	machine_build();
	put_address(RESET_REG, 1, 0xcf9);
	machine_bytes(MACHINE_FADT)[RESET_VALUE] = 6;
	CHECK(reads());
	CHECK_EQ(fadt.reset, 0);
	machine_put32(MACHINE_FADT, FLAGS, RESET_REG_SUP);
	CHECK(reads());
	CHECK_EQ(fadt.reset, 0xcf9);
	CHECK_EQ(fadt.reset_value, 6);
	put_address(RESET_REG, 0, 0xcf9);
	CHECK(reads());
	CHECK_EQ(fadt.reset, 0);
}

static void refuses_hardware_reduced_machines(void)
{
	machine_build();
	machine_put32(MACHINE_FADT, FLAGS, HW_REDUCED_ACPI);
	CHECK(!reads());
}

/* ACPI 1.0's table is shorter; what a short one lacks is not there. */
static void takes_every_length_from_acpi_1_on(void)
{
	for (u32 size = 36; size <= 300; size++) {
		machine_build();
		put_address(X_PM1A_CNT_BLK, 1, 0x1804);
		machine_resize(MACHINE_FADT, size);
		CHECK_EQ(reads(), size >= 116);
		if (size >= X_PM1A_CNT_BLK + 12) {
			CHECK_EQ(fadt.pm1a_control, 0x1804);
		} else if (size >= 116 && size < X_PM1A_CNT_BLK + 4) {
			CHECK_EQ(fadt.pm1a_control, 0x604);
		}
	}
}

static void finds_the_dsdt_by_either_field(void)
{
	machine_build();
	machine_put64(MACHINE_FADT, X_DSDT, machine_address(MACHINE_DSDT));
	machine_put32(MACHINE_FADT, 40, 0);
	CHECK(reads());
	machine_put64(MACHINE_FADT, X_DSDT, 0);
	CHECK(!reads());
	machine_put64(MACHINE_FADT, X_DSDT, GIB(512));
	CHECK(!reads());
	/* A table, but another one. */
	machine_put64(MACHINE_FADT, X_DSDT, machine_address(MACHINE_SSDT));
	CHECK(!reads());
}

static void refuses_a_damaged_dsdt(void)
{
	machine_build();
	machine_bytes(MACHINE_DSDT)[40] ^= 1;
	CHECK(!failed(acpi_init(&acpi, machine_rsdp, MACHINE_RSDP_SIZE)));
	CHECK_STR(fadt_read(&fadt, &acpi).what,
		  "ACPI table with a wrong checksum, at");
}

static void finds_s5_in_an_ssdt(void)
{
	static const u8 s5[] = {0x08, '_', 'S',	 '5', '_',  0x12,
				6,    2,   0x0a, 7,   0x0a, 6};

	machine_build();
	machine_resize(MACHINE_DSDT, 36);
	CHECK(!reads());
	CHECK_STR(fadt_read(&fadt, &acpi).what,
		  "no \\_S5 package in the DSDT at");
	machine_append(MACHINE_SSDT, s5, sizeof(s5));
	CHECK(reads());
	CHECK_EQ(fadt.s5_sleep_type_a, 7);
	CHECK_EQ(fadt.s5_sleep_type_b, 6);
}

/* A root that names one table a million times must not take for ever. */
static void looks_through_so_many_ssdts(void)
{
	const u64 ssdt = machine_address(MACHINE_SSDT);

	machine_build();
	machine_resize(MACHINE_DSDT, 36);
	machine_resize(MACHINE_XSDT, MIB(8));
	for (u32 offset = 60; offset <= MIB(8) - 8; offset += 8) {
		machine_put64(MACHINE_XSDT, offset, ssdt);
	}
	machine_seal(MACHINE_XSDT);
	CHECK(!reads());
}

static const struct unit_test tests[] = {
	UNIT_TEST(reads_the_legacy_fields),
	UNIT_TEST(prefers_the_extended_fields),
	UNIT_TEST(takes_no_register_outside_io_space),
	UNIT_TEST(needs_no_way_into_acpi_mode),
	UNIT_TEST(has_a_reset_register_only_by_its_flag),
	UNIT_TEST(refuses_hardware_reduced_machines),
	UNIT_TEST(takes_every_length_from_acpi_1_on),
	UNIT_TEST(finds_the_dsdt_by_either_field),
	UNIT_TEST(refuses_a_damaged_dsdt),
	UNIT_TEST(finds_s5_in_an_ssdt),
	UNIT_TEST(looks_through_so_many_ssdts),
};

int main(void)
{
	return UNIT_RUN(tests);
}
