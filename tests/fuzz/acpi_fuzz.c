/*
 * modules: tests/unit/acpi_machine.c common/firmware/madt.c
 * modules: common/firmware/fadt.c common/firmware/aml.c
 *
 * Feeds damaged ACPI tables to those who read them.
 *
 * The input is a list of changes to a sound machine. Its first byte says
 * whether checksums are made right afterwards, which chance would never do,
 * and whether the changes may touch addresses and lengths. Where they may not,
 * the sanitizer sees each byte that is read beside a table.
 *
 * Besides what the sanitizers see, these must hold: a table that is found has
 * its checksum right, and what the readers give is in the ranges that their
 * headers promise.
 */
#include <stdlib.h>
#include <string.h>

#include "acpi_machine.h"
#include "firmware/fadt.h"
#include "firmware/madt.h"

#define SEAL 1 /* bits of the first byte */
#define ANY  2

#define HEADER_SIZE sizeof(struct acpi_table)
#define TABLE_END   (HEADER_SIZE + 2048)

/* Longer tables, up to what is refused, would only cost time. */
#define LENGTH_USEFUL KIB(64)
#define LENGTH_WRONG  (MIB(16) + 1)

#define MUST(condition)             \
	do {                        \
		if (!(condition)) { \
			abort();    \
		}                   \
	} while (0)

struct change {
	u8 table; /* or MACHINE_TABLES: the RSDP */
	u8 size;  /* bytes that follow; none: the table ends at the offset */
	u16 offset;
};

static struct madt madt;
static struct fadt fadt;

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* The FADT's pointers to the DSDT. */
static bool names_a_table(u32 offset)
{
	return (offset >= 40 && offset < 44) || (offset >= 140 && offset < 148);
}

static void change_byte(u8 table, u32 offset, u8 value, bool any)
{
	if (table == MACHINE_TABLES) {
		if (any && offset < MACHINE_RSDP_SIZE) {
			machine_rsdp[offset] = value;
		}
		return;
	}
	if (offset >= TABLE_END) {
		return;
	}
	if (!any && (table == MACHINE_XSDT || table == MACHINE_RSDT ||
		     offset < HEADER_SIZE ||
		     (table == MACHINE_FADT && names_a_table(offset)))) {
		return;
	}
	if (machine_size(table) <= offset) {
		machine_resize(table, offset + 1);
	}
	machine_bytes(table)[offset] = value;
}

static void cut_off(u8 table, u32 offset)
{
	if (table >= MACHINE_FADT && table < MACHINE_TABLES &&
	    offset < TABLE_END) {
		machine_resize(table, max_u64(offset, HEADER_SIZE));
	}
}

static void apply_changes(const u8 *data, size_t size, bool any)
{
	while (size >= sizeof(struct change)) {
		struct change change;

		memcpy(&change, data, sizeof(change));
		data += sizeof(change);
		size -= sizeof(change);
		change.table %= MACHINE_TABLES + 1;
		change.size = (u8)min_u64(change.size, size);
		if (change.size == 0) {
			cut_off(change.table, change.offset);
		}
		for (u32 i = 0; i < change.size; i++) {
			change_byte(change.table, change.offset + i, data[i],
				    any);
		}
		data += change.size;
		size -= change.size;
	}
}

static void shorten_tables(void)
{
	for (int i = 0; i < MACHINE_TABLES; i++) {
		u32 length;

		memcpy(&length, machine_bytes(i) + 4, sizeof(length));
		if (length > LENGTH_USEFUL && length < LENGTH_WRONG) {
			machine_put32(i, 4, length % LENGTH_USEFUL);
		}
	}
}

static void seal(void)
{
	for (int i = 0; i < MACHINE_TABLES; i++) {
		machine_seal(i);
	}
	machine_seal_rsdp();
}

static void check_tables(const struct acpi *acpi)
{
	static const char *const signatures[] = {"APIC", "FACP", "SSDT",
						 "XSDT", "DSDT", "RSDT"};

	for (size_t i = 0; i < ARRAY_SIZE(signatures); i++) {
		const struct acpi_table *table;
		u8 sum = 0;

		if (failed(acpi_find(acpi, signatures[i], 0, &table))) {
			continue;
		}
		MUST(memcmp(table->signature, signatures[i], 4) == 0);
		MUST(table->length >= HEADER_SIZE);
		for (u32 byte = 0; byte < table->length; byte++) {
			sum += ((const u8 *)table)[byte];
		}
		MUST(sum == 0);
	}
}

static void check_madt(void)
{
	MUST(madt.cpu_count <= MADT_CPUS && madt.cpu_count <= madt.cpu_total);
	MUST(madt.cpu_count == madt.cpu_total || madt.cpu_count == MADT_CPUS);
	MUST(madt.io_apic_count <= MADT_IO_APICS);
	for (u32 i = 0; i < madt.cpu_count; i++) {
		for (u32 j = 0; j < i; j++) {
			MUST(madt.cpus[i].apic_id != madt.cpus[j].apic_id);
		}
	}
}

static void check_fadt(void)
{
	MUST(fadt.pm1a_control != 0);
	MUST(fadt.s5_sleep_type_a <= 7 && fadt.s5_sleep_type_b <= 7);
	MUST(fadt.pm_timer_bits == 24 || fadt.pm_timer_bits == 32);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct acpi acpi;
	bool any;

	if (size == 0) {
		return 0;
	}
	any = (data[0] & ANY) != 0;
	machine_build();
	machine_fence(!any);
	apply_changes(data + 1, size - 1, any);
	shorten_tables();
	if (data[0] & SEAL) {
		seal();
	}
	if (failed(acpi_init(&acpi, machine_rsdp, MACHINE_RSDP_SIZE))) {
		return 0;
	}
	check_tables(&acpi);
	if (!failed(madt_read(&madt, &acpi))) {
		check_madt();
	}
	if (!failed(fadt_read(&fadt, &acpi))) {
		check_fadt();
	}
	return 0;
}
