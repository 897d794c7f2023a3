/* modules: tests/unit/acpi_machine.c */
#include "acpi_machine.h"
#include "firmware/acpi.h"
#include "unit.h"

#define RSDP_XSDT 24 /* offsets in the RSDP */
#define RSDP_RSDT 16

static struct acpi acpi;

static bool starts(void)
{
	return !failed(acpi_init(&acpi, machine_rsdp, MACHINE_RSDP_SIZE));
}

static bool finds(const char *signature, unsigned int index,
		  enum machine_table expected)
{
	const struct acpi_table *table;

	return !failed(acpi_find(&acpi, signature, index, &table)) &&
	       (const u8 *)table == machine_bytes(expected);
}

static bool misses(const char *signature, unsigned int index)
{
	const struct acpi_table *table;

	return failed(acpi_find(&acpi, signature, index, &table));
}

static void put_in_rsdp(unsigned int offset, u64 value, size_t size)
{
	memcpy(machine_rsdp + offset, &value, size);
	machine_seal_rsdp();
}

static void prefers_the_xsdt(void)
{
	machine_build();
	if (!CHECK(starts())) {
		return;
	}
	CHECK_EQ(acpi.entry_size, 8);
	CHECK((const u8 *)acpi.root == machine_bytes(MACHINE_XSDT));
	CHECK(finds("FACP", 0, MACHINE_FADT));
	CHECK(finds("APIC", 0, MACHINE_MADT));
	CHECK(finds("SSDT", 0, MACHINE_SSDT));
	CHECK(misses("SSDT", 1));
	CHECK(misses("HPET", 0));
	/* Named by the FADT, not by the root. */
	CHECK(misses("DSDT", 0));
}

static bool starts_by_rsdt(void)
{
	return starts() && acpi.entry_size == 4 &&
	       (const u8 *)acpi.root == machine_bytes(MACHINE_RSDT) &&
	       finds("APIC", 0, MACHINE_MADT) && finds("SSDT", 0, MACHINE_SSDT);
}

static void falls_back_to_the_rsdt(void)
{
	machine_build();
	machine_rsdp[15] = 0;
	machine_seal_rsdp();
	CHECK(starts_by_rsdt());

	machine_build();
	put_in_rsdp(RSDP_XSDT, 0, 8);
	CHECK(starts_by_rsdt());

	machine_build();
	machine_bytes(MACHINE_XSDT)[40] ^= 1;
	CHECK(starts_by_rsdt());

	machine_build();
	put_in_rsdp(RSDP_XSDT, GIB(512), 8);
	CHECK(starts_by_rsdt());

	/* The old tag of a loader may hold the first 20 bytes alone. */
	machine_build();
	CHECK(!failed(acpi_init(&acpi, machine_rsdp, 20)));
	CHECK_EQ(acpi.entry_size, 4);
}

static void takes_an_xsdt_alone(void)
{
	machine_build();
	put_in_rsdp(RSDP_RSDT, 0, 4);
	CHECK(starts());
	machine_bytes(MACHINE_XSDT)[40] ^= 1;
	/* What is wrong is told of the XSDT, not of the RSDT at 0. */
	CHECK_STR(acpi_init(&acpi, machine_rsdp, MACHINE_RSDP_SIZE).what,
		  "ACPI table with a wrong checksum, at");
	machine_build();
	put_in_rsdp(RSDP_RSDT, 0, 4);
	memcpy(machine_bytes(MACHINE_XSDT), "RSDT", 4);
	machine_seal(MACHINE_XSDT);
	CHECK(!starts());
}

static void refuses_a_damaged_rsdp(void)
{
	machine_build();
	for (u64 size = 0; size < 20; size++) {
		u8 copy[20];

		/* On the stack, so that the sanitizer sees its end. */
		memcpy(copy + 20 - size, machine_rsdp, size);
		CHECK(failed(acpi_init(&acpi, copy + 20 - size, size)));
	}
	for (unsigned int i = 0; i < MACHINE_RSDP_SIZE; i++) {
		machine_build();
		machine_rsdp[i] ^= 0x10;
		CHECK(!starts());
	}
	for (unsigned int i = 0; i < 20; i++) {
		machine_build();
		machine_rsdp[15] = 0;
		machine_seal_rsdp();
		machine_rsdp[i] ^= 0x01;
		CHECK(!starts());
	}
	machine_build();
	machine_rsdp[7] = 'X';
	machine_seal_rsdp();
	CHECK(!starts());
	machine_build();
	put_in_rsdp(20, 35, 4);
	CHECK(!starts());
	put_in_rsdp(20, 37, 4);
	CHECK(!starts());
	put_in_rsdp(20, UINT32_MAX, 4);
	CHECK(!starts());
	put_in_rsdp(20, 36, 4);
	CHECK(starts());
}

/* Each bit of each table counts for its checksum. */
static void refuses_every_flipped_bit(void)
{
	static const struct {
		enum machine_table table;
		const char *signature;
		u32 size;
	} tables[] = {
		{MACHINE_FADT, "FACP", 244},
		{MACHINE_MADT, "APIC", 98},
		{MACHINE_SSDT, "SSDT", 36},
	};

	machine_build();
	CHECK(starts());
	for (size_t t = 0; t < ARRAY_SIZE(tables); t++) {
		u8 *bytes = machine_bytes(tables[t].table);

		CHECK(finds(tables[t].signature, 0, tables[t].table));
		for (u32 bit = 0; bit < tables[t].size * 8; bit++) {
			/* A longer table is another test's: bytes 4 .. 7. */
			if (bit / 32 == 1) {
				continue;
			}
			bytes[bit / 8] ^= 1 << bit % 8;
			CHECK(misses(tables[t].signature, 0));
			bytes[bit / 8] ^= 1 << bit % 8;
		}
	}
}

static void refuses_every_flipped_bit_of_the_root(void)
{
	machine_build();
	put_in_rsdp(RSDP_RSDT, 0, 4);
	for (u32 bit = 0; bit < (36 + 3 * 8) * 8; bit++) {
		if (bit / 32 == 1) {
			continue;
		}
		machine_bytes(MACHINE_XSDT)[bit / 8] ^= 1 << bit % 8;
		CHECK(!starts());
		machine_bytes(MACHINE_XSDT)[bit / 8] ^= 1 << bit % 8;
	}
	CHECK(starts());
}

static void refuses_wrong_lengths(void)
{
	static const u32 wrong[] = {0,		 1,	    35,
				    MIB(16) + 1, INT32_MAX, UINT32_MAX};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		machine_build();
		CHECK(starts());
		machine_put32(MACHINE_MADT, 4, wrong[i]);
		machine_seal(MACHINE_MADT);
		CHECK(misses("APIC", 0));

		machine_put32(MACHINE_XSDT, 4, wrong[i]);
		machine_seal(MACHINE_XSDT);
		CHECK(starts_by_rsdt() || misses("APIC", 0));
	}
	machine_build();
	CHECK(starts());
	machine_resize(MACHINE_SSDT, MIB(16));
	machine_seal(MACHINE_SSDT);
	CHECK(finds("SSDT", 0, MACHINE_SSDT));
}

/* A root that ends within an entry does not have that entry. */
static void ignores_part_of_an_entry(void)
{
	for (u32 size = 36; size <= 60; size++) {
		machine_build();
		machine_resize(MACHINE_XSDT, size);
		machine_seal(MACHINE_XSDT);
		CHECK(starts());
		CHECK_EQ(misses("FACP", 0), size < 44);
		CHECK_EQ(misses("APIC", 0), size < 52);
		CHECK_EQ(misses("SSDT", 0), size < 60);
	}
}

static void refuses_addresses_out_of_reach(void)
{
	static const hpa_t wrong[] = {
		0,	   1,
		4095,	   GIB(512) - 35,
		GIB(512),  GIB(512) + 0x1000,
		BIT(63),   ~(hpa_t)0 - 35,
		~(hpa_t)0,
	};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		const struct acpi_table *table;
		struct error error;

		machine_build();
		machine_put64(MACHINE_XSDT, 36 + 8, wrong[i]);
		machine_seal(MACHINE_XSDT);
		CHECK(starts());
		/* The others are still there; what is not says why. */
		CHECK(finds("SSDT", 0, MACHINE_SSDT));
		error = acpi_find(&acpi, "APIC", 0, &table);
		CHECK_STR(error.what, "ACPI table out of reach, at");
		CHECK_EQ(error.value, wrong[i]);
		CHECK(failed(acpi_table_at(wrong[i], "APIC", &table)));
	}
}

static void reads_up_to_the_last_byte(void)
{
	const hpa_t last = GIB(512) - 36;
	const struct acpi_table *table;
	struct acpi_table *at = (void *)machine_memory(last);

	machine_build();
	memcpy(at, machine_bytes(MACHINE_SSDT), 36);
	CHECK(!failed(acpi_table_at(last, "SSDT", &table)));
	CHECK(table == at);
	/* One byte longer, and one less in the sum of the rest. */
	at->length++;
	at->checksum--;
	CHECK(failed(acpi_table_at(last, "SSDT", &table)));
}

static void tells_tables_of_one_name_apart(void)
{
	u64 madt = machine_address(MACHINE_MADT);

	machine_build();
	machine_append(MACHINE_XSDT, &madt, 8);
	machine_put64(MACHINE_XSDT, 36, machine_address(MACHINE_DSDT));
	machine_seal(MACHINE_XSDT);
	memcpy(machine_bytes(MACHINE_DSDT), "APIC", 4);
	machine_seal(MACHINE_DSDT);
	CHECK(starts());
	CHECK(finds("APIC", 0, MACHINE_DSDT));
	CHECK(finds("APIC", 1, MACHINE_MADT));
	CHECK(finds("APIC", 2, MACHINE_MADT));
	CHECK(misses("APIC", 3));
	CHECK(misses("APIC", ~0u));
}

static const struct unit_test tests[] = {
	UNIT_TEST(prefers_the_xsdt),
	UNIT_TEST(falls_back_to_the_rsdt),
	UNIT_TEST(takes_an_xsdt_alone),
	UNIT_TEST(refuses_a_damaged_rsdp),
	UNIT_TEST(refuses_every_flipped_bit),
	UNIT_TEST(refuses_every_flipped_bit_of_the_root),
	UNIT_TEST(refuses_wrong_lengths),
	UNIT_TEST(ignores_part_of_an_entry),
	UNIT_TEST(refuses_addresses_out_of_reach),
	UNIT_TEST(reads_up_to_the_last_byte),
	UNIT_TEST(tells_tables_of_one_name_apart),
};

int main(void)
{
	return UNIT_RUN(tests);
}
