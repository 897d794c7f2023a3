/*
 * modules: h4-exits/acpi/guest_acpi.c h4-exits/acpi/guest_madt.c
 * modules: h4-exits/acpi/dsdt.S
 * modules: common/firmware/fadt.c common/firmware/madt.c
 * modules: common/firmware/aml.c h3-ept/guest_memory.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept.c h3-ept/ept_check.c tests/unit/fake_frames.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory/physical.h"

/* What the guest sees below 1 MiB, and the tour's own reader of ACPI on it. */
static unsigned char low[0x100000];
#define phys_to_virt(address) ((void *)(low + (address)))
#include "firmware/acpi.c"
#undef phys_to_virt

#include "acpi/guest_acpi.h"
#include "acpi/guest_madt.h"
#include "fake_frames.h"
#include "firmware/fadt.h"
#include "firmware/madt.h"
#include "unit.h"

#define CAPS                                                            \
	(EPT_CAP_WALK_LENGTH_4 | EPT_CAP_TABLES_WB | EPT_CAP_2M_PAGES | \
	 EPT_CAP_INVEPT | EPT_CAP_INVEPT_SINGLE)
#define RAM    MIB(2)
#define CANARY 0x5a

static struct ept ept;
static struct guest_memory memory;
static struct rsdp rsdp;
static struct acpi acpi;

static struct error build_machine(const struct guest_acpi_machine *machine)
{
	struct error error;

	CHECK(!failed(ept_init(&ept, CAPS, 48)));
	CHECK(!failed(guest_memory_init(&memory, &ept, RAM, false)));
	memset(low, CANARY, sizeof(low));
	CHECK(guest_memory_write(&memory, 0, low, sizeof(low)));
	error = guest_acpi_build(&memory, machine, &rsdp);
	CHECK(guest_memory_read(&memory, 0, low, sizeof(low)));
	return error;
}

static struct error build(unsigned int cpus, bool apics)
{
	const struct guest_acpi_machine machine = {
		.cpus = cpus, .has_local_apics = apics, .has_io_apic = apics};

	return build_machine(&machine);
}

static void tear_down(void)
{
	guest_memory_destroy(&memory);
	ept_destroy(&ept);
	CHECK_EQ(fake_frames_outstanding(), 0);
	fake_frames_reset();
}

static u64 number(hpa_t at, unsigned int bytes)
{
	u64 value = 0;

	memcpy(&value, low + at, bytes);
	return value;
}

/* As an operating system does it that was told nothing. */
static hpa_t search_rsdp(void)
{
	for (hpa_t at = 0xe0000; at < 0x100000; at += 16) {
		if (memcmp(low + at, "RSD PTR ", 8) == 0) {
			return at;
		}
	}
	return 0;
}

static void the_rsdp_is_found_and_sound(void)
{
	CHECK_STR(build(1, false).what, NULL);
	hpa_t at = search_rsdp();

	if (CHECK(at != 0)) {
		CHECK(memcmp(&rsdp, low + at, sizeof(rsdp)) == 0);
		CHECK(checksum_holds(low + at, 20));
		CHECK(checksum_holds(low + at, 36));
		CHECK_EQ(number(at + 15, 1), 2);
		CHECK_EQ(number(at + 20, 4), 36);
	}
	tear_down();
}

/* Every table by RSDT and by XSDT, as the reader of common/ finds them. */
static void both_roots_lead_to_every_table(void)
{
	const struct acpi_table *by_xsdt, *by_rsdt;
	static const char *const names[] = {"FACP", "APIC"};

	CHECK_STR(build(1, false).what, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		CHECK(!failed(acpi_init(&acpi, &rsdp, sizeof(rsdp))));
		CHECK_EQ(acpi.entry_size, 8);
		CHECK(!failed(acpi_find(&acpi, names[i], 0, &by_xsdt)));
		/* The first 20 bytes are all that ACPI 1.0 has. */
		CHECK(!failed(acpi_init(&acpi, &rsdp, 20)));
		CHECK_EQ(acpi.entry_size, 4);
		CHECK(!failed(acpi_find(&acpi, names[i], 0, &by_rsdt)));
		CHECK(by_xsdt == by_rsdt);
		CHECK(acpi.root->length == 44);
	}
	tear_down();
}

/* Where the tables must be, and nothing beside them was written. */
static void tables_keep_to_their_place(void)
{
	CHECK_STR(build(255, true).what, NULL);
	for (hpa_t at = 0; at < sizeof(low); at++) {
		bool inside = (at >= GUEST_ACPI_START && at < GUEST_ACPI_END) ||
			      (at >= GUEST_ACPI_NVS_START &&
			       at < GUEST_ACPI_NVS_START + 64);

		if (!inside && !CHECK_EQ(low[at], CANARY)) {
			break;
		}
	}
	tear_down();
}

static void the_fadt_says_what_the_devices_are(void)
{
	const struct acpi_table *table;
	struct fadt fadt;

	CHECK_STR(build(1, false).what, NULL);
	CHECK(!failed(acpi_init(&acpi, &rsdp, sizeof(rsdp))));
	CHECK_STR(fadt_read(&fadt, &acpi).what, NULL);
	CHECK_EQ(fadt.pm1a_control, 0x604);
	CHECK_EQ(fadt.pm1b_control, 0);
	CHECK_EQ(fadt.s5_sleep_type_a, 0);
	CHECK_EQ(fadt.s5_sleep_type_b, 0);
	CHECK_EQ(fadt.smi_command, 0);
	CHECK_EQ(fadt.reset, 0xcf9);
	CHECK_EQ(fadt.reset_value, 6);
	CHECK_EQ(fadt.pm_timer, 0x608);
	CHECK_EQ(fadt.pm_timer_bits, 24);

	/* By the specification's offsets, with no structure between. */
	CHECK(!failed(acpi_find(&acpi, "FACP", 0, &table)));
	hpa_t at = (hpa_t)((const u8 *)table - low);

	CHECK(number(at + 8, 1) >= 3);
	CHECK_EQ(number(at + 4, 4), 244);
	CHECK_EQ(number(at + 46, 2), 9);
	CHECK_EQ(number(at + 48, 4), 0);
	CHECK_EQ(number(at + 56, 4), 0x600);
	CHECK_EQ(number(at + 64, 4), 0x604);
	CHECK_EQ(number(at + 76, 4), 0x608);
	CHECK_EQ(number(at + 88, 4), 0x04000204);
	CHECK_EQ(number(at + 108, 1), 0x32);
	CHECK_EQ(number(at + 109, 2), 0xd);
	CHECK_EQ(number(at + 112, 4), 0x475);
	CHECK_EQ(number(at + 116, 4), 0x01000801);
	CHECK_EQ(number(at + 120, 8), 0xcf9);
	CHECK_EQ(number(at + 128, 1), 6);
	CHECK_EQ(number(at + 148, 4), 0x02002001);
	CHECK_EQ(number(at + 152, 8), 0x600);
	CHECK_EQ(number(at + 172, 4), 0x02001001);
	CHECK_EQ(number(at + 176, 8), 0x604);
	CHECK_EQ(number(at + 208, 4), 0x03002001);
	CHECK_EQ(number(at + 212, 8), 0x608);
	/* The FACS and the DSDT, named twice. */
	CHECK_EQ(number(at + 36, 4), number(at + 132, 8));
	CHECK_EQ(number(at + 40, 4), number(at + 140, 8));
	CHECK(memcmp(low + number(at + 36, 4), "FACS", 4) == 0);
	CHECK_EQ(number(number(at + 36, 4) + 4, 4), 64);
	CHECK_EQ(number(at + 36, 4) % 64, 0);
	tear_down();
}

static void the_madt_lists_what_there_is(void)
{
	static struct madt madt;

	CHECK_STR(build(1, false).what, NULL);
	CHECK(!failed(acpi_init(&acpi, &rsdp, sizeof(rsdp))));
	CHECK_STR(madt_read(&madt, &acpi).what, NULL);
	CHECK_EQ(madt.cpu_total, 0);
	CHECK_EQ(madt.io_apic_count, 0);
	CHECK_EQ(madt.local_apic, 0);
	CHECK(madt.has_8259);
	tear_down();

	for (unsigned int cpus = 1; cpus <= 255; cpus += 127) {
		CHECK_STR(build(cpus, true).what, NULL);
		CHECK(!failed(acpi_init(&acpi, &rsdp, sizeof(rsdp))));
		CHECK_STR(madt_read(&madt, &acpi).what, NULL);
		CHECK_EQ(madt.cpu_total, cpus);
		CHECK_EQ(madt.cpus[cpus - 1].apic_id, cpus - 1);
		CHECK(madt.cpus[0].enabled);
		CHECK_EQ(madt.io_apic_count, 1);
		CHECK_EQ(madt.io_apics[0].address, 0xfec00000);
		CHECK_EQ(madt.io_apics[0].gsi_base, 0);
		CHECK_EQ(madt.local_apic, 0xfee00000);
		tear_down();
	}
}

static void the_largest_madt_fills_its_array(void)
{
	static u8 table[GUEST_MADT_SIZE];
	struct guest_acpi_machine machine = {
		.cpus = 255, .has_local_apics = true, .has_io_apic = true};

	CHECK_EQ(guest_madt_make(&machine, table), GUEST_MADT_SIZE);
}

/* The SCI: level-triggered, active high; the PIT: input 2. */
static void interrupts_that_differ_are_named(void)
{
	static const u8 overrides[] = {2, 10, 0, 0, 2, 0, 0, 0, 0,   0,
				       2, 10, 0, 9, 9, 0, 0, 0, 0xd, 0};
	static u8 table[GUEST_MADT_SIZE];
	struct guest_acpi_machine machine = {
		.cpus = 1, .has_local_apics = true, .has_io_apic = true};
	u32 size = guest_madt_make(&machine, table);

	CHECK(memcmp(table + size - sizeof(overrides), overrides,
		     sizeof(overrides)) == 0);
}

/* Of every machine that h5 has, and none of its CPUs has the I/O APIC's ID. */
static void small_machines_have_unique_ids(void)
{
	static struct madt madt;

	for (unsigned int cpus = 1; cpus <= 8; cpus++) {
		CHECK_STR(build(cpus, true).what, NULL);
		CHECK(!failed(acpi_init(&acpi, &rsdp, sizeof(rsdp))));
		CHECK_STR(madt_read(&madt, &acpi).what, NULL);
		CHECK_EQ(madt.cpu_count, cpus);
		for (u32 i = 0; i < cpus; i++) {
			CHECK_EQ(madt.cpus[i].apic_id, i);
			CHECK(madt.cpus[i].enabled);
			CHECK(madt.io_apics[0].id != madt.cpus[i].apic_id);
		}
		CHECK(madt.io_apics[0].id < 15);
		tear_down();
	}
}

static void nmis_come_through_lint1_of_every_cpu(void)
{
	static const u8 nmi[] = {4, 6, 0xff, 0, 0, 1};
	static u8 table[GUEST_MADT_SIZE];
	struct guest_acpi_machine machine = {
		.cpus = 8, .has_local_apics = true, .has_io_apic = true};

	(void)guest_madt_make(&machine, table);
	CHECK(memcmp(table + 44 + 8 * 8, nmi, sizeof(nmi)) == 0);
}

static void too_many_processors_are_refused(void)
{
	struct error error = build(256, true);

	CHECK_STR(error.what, "more processors than ACPI's table holds");
	CHECK_EQ(error.value, 256);
	tear_down();
}

static void extra_tables_are_found(void)
{
	static u8 bytes[GUEST_ACPI_EXTRA_MAX][100];
	struct guest_acpi_table extra[GUEST_ACPI_EXTRA_MAX];
	const struct guest_acpi_machine machine = {
		.cpus = 1, .extra = extra, .extra_count = GUEST_ACPI_EXTRA_MAX};
	const struct acpi_table *found;

	for (unsigned int i = 0; i < GUEST_ACPI_EXTRA_MAX; i++) {
		memcpy(bytes[i], "SSDT\x64", 5);
		bytes[i][99] = (u8)(i + 1);
		bytes[i][9] = 0;
		for (unsigned int at = 0; at < 100; at++) {
			bytes[i][9] -= at == 9 ? 0 : bytes[i][at];
		}
		extra[i] = (struct guest_acpi_table){bytes[i], 100};
	}
	CHECK_STR(build_machine(&machine).what, NULL);
	for (unsigned int bytes_of_rsdp = 20; bytes_of_rsdp <= sizeof(rsdp);
	     bytes_of_rsdp += 16) {
		CHECK(!failed(acpi_init(&acpi, &rsdp, bytes_of_rsdp)));
		CHECK(!failed(acpi_find(&acpi, "APIC", 0, &found)));
		for (unsigned int i = 0; i < GUEST_ACPI_EXTRA_MAX; i++) {
			CHECK(!failed(acpi_find(&acpi, "SSDT", i, &found)) &&
			      memcmp(found, bytes[i], 100) == 0);
		}
		CHECK(failed(acpi_find(&acpi, "SSDT", GUEST_ACPI_EXTRA_MAX,
				       &found)));
	}
	tear_down();
}

static void too_many_tables_are_refused(void)
{
	static const struct guest_acpi_table extra[GUEST_ACPI_EXTRA_MAX + 1];
	const struct guest_acpi_machine machine = {
		.cpus = 1,
		.extra = extra,
		.extra_count = GUEST_ACPI_EXTRA_MAX + 1};
	struct error error = build_machine(&machine);

	CHECK_STR(error.what, "more ACPI tables than their list holds");
	CHECK_EQ(error.value, GUEST_ACPI_EXTRA_MAX + 1);
	tear_down();
}

/* The room for them ends at 0xff000. */
static void tables_that_are_too_long_are_refused(void)
{
	static u8 bytes[0xf000];
	const struct guest_acpi_table extra = {bytes, sizeof(bytes)};
	const struct guest_acpi_machine machine = {
		.cpus = 1, .extra = &extra, .extra_count = 1};

	CHECK_STR(build_machine(&machine).what,
		  "ACPI tables too long; there is room for them up to");
	tear_down();
}

/* Backing of lazy guest RAM may run out at any table. */
static void missing_memory_is_reported(void)
{
	struct guest_acpi_machine machine = {.cpus = 1};
	struct error error = {.what = NULL};

	CHECK(!failed(ept_init(&ept, CAPS, 48)));
	CHECK(!failed(guest_memory_init(&memory, &ept, RAM, true)));
	fake_frames_fail_after(0);
	error = guest_acpi_build(&memory, &machine, &rsdp);
	CHECK_STR(error.what, "no memory for guest RAM at");
	tear_down();
}

/* Does ACPICA's disassembler take the table without a complaint? */
static bool disassembles(const char *folder, const char *name, hpa_t at)
{
	char path[200], command[800];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.dat", folder, name);
	file = fopen(path, "wb");
	if (file == NULL) {
		perror(path);
		return false;
	}
	CHECK_EQ(fwrite(low + at, 1, number(at + 4, 4), file),
		 number(at + 4, 4));
	fclose(file);
	snprintf(command, sizeof(command),
		 "cd %s && iasl -d %s.dat >%s.log 2>&1 && ! grep -iE "
		 "'error|warning|invalid|incorrect|\\*\\*\\*\\*' %s.log && "
		 "! grep -iE 'error|invalid|incorrect|should be|\\*\\*\\*\\*' "
		 "%s.dsl",
		 folder, name, name, name, name);
	return system(command) == 0;
}

static void acpica_reads_every_table(void)
{
	char folder[] = "/tmp/guest_acpi_test.XXXXXX", command[100];

	CHECK(mkdtemp(folder) != NULL);
	CHECK_STR(build(3, true).what, NULL);

	hpa_t fadt = number(rsdp.xsdt_address + 36, 8);

	CHECK(disassembles(folder, "rsdt", rsdp.rsdt_address));
	CHECK(disassembles(folder, "xsdt", rsdp.xsdt_address));
	CHECK(disassembles(folder, "fadt", fadt));
	CHECK(disassembles(folder, "madt", number(rsdp.xsdt_address + 44, 8)));
	CHECK(disassembles(folder, "dsdt", number(fadt + 40, 4)));
	CHECK(disassembles(folder, "facs", number(fadt + 36, 4)));
	tear_down();
	snprintf(command, sizeof(command), "rm -r %s", folder);
	CHECK_EQ(system(command), 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(the_rsdp_is_found_and_sound),
	UNIT_TEST(both_roots_lead_to_every_table),
	UNIT_TEST(tables_keep_to_their_place),
	UNIT_TEST(the_fadt_says_what_the_devices_are),
	UNIT_TEST(the_madt_lists_what_there_is),
	UNIT_TEST(the_largest_madt_fills_its_array),
	UNIT_TEST(interrupts_that_differ_are_named),
	UNIT_TEST(small_machines_have_unique_ids),
	UNIT_TEST(nmis_come_through_lint1_of_every_cpu),
	UNIT_TEST(too_many_processors_are_refused),
	UNIT_TEST(extra_tables_are_found),
	UNIT_TEST(too_many_tables_are_refused),
	UNIT_TEST(tables_that_are_too_long_are_refused),
	UNIT_TEST(missing_memory_is_reported),
	UNIT_TEST(acpica_reads_every_table),
};

int main(void)
{
	return UNIT_RUN(tests);
}
