/* modules: tests/unit/acpi_machine.c common/firmware/madt.c */
#include "acpi_machine.h"
#include "firmware/madt.h"
#include "unit.h"

#define FIRST_STRUCTURE 44 /* after the header and the fixed part */

/* The structures of the test machine. */
static const struct {
	u32 offset;
	u8 length;
	bool read; /* by madt_read(); others are passed over */
} structures[] = {
	{44, 8, true},	 {52, 8, true},	 {60, 12, true},
	{72, 10, false}, {82, 16, true},
};

#define MADT_SIZE 98

static struct acpi acpi;
static struct madt madt;

static bool reads(void)
{
	machine_seal(MACHINE_MADT);
	return !failed(acpi_init(&acpi, machine_rsdp, MACHINE_RSDP_SIZE)) &&
	       !failed(madt_read(&madt, &acpi));
}

static void append_cpu(u8 apic_id, u8 flags)
{
	const u8 cpu[8] = {0, 8, apic_id, apic_id, flags};

	machine_append(MACHINE_MADT, cpu, sizeof(cpu));
}

static void append_x2apic(u32 apic_id, u8 flags)
{
	u8 cpu[16] = {9, 16, [8] = flags};

	memcpy(cpu + 4, &apic_id, 4);
	machine_append(MACHINE_MADT, cpu, sizeof(cpu));
}

/* A machine whose MADT has no structures yet. */
static void build_empty(void)
{
	machine_build();
	machine_resize(MACHINE_MADT, FIRST_STRUCTURE);
}

static void lists_processors_and_io_apics(void)
{
	machine_build();
	if (!CHECK(reads())) {
		return;
	}
	CHECK_EQ(madt.cpu_count, 3);
	CHECK_EQ(madt.cpu_total, 3);
	CHECK_EQ(madt.cpus[0].apic_id, 0);
	CHECK_EQ(madt.cpus[1].apic_id, 1);
	CHECK_EQ(madt.cpus[2].apic_id, 0x100);
	CHECK(madt.cpus[0].enabled && madt.cpus[2].enabled);
	CHECK_EQ(madt.io_apic_count, 1);
	CHECK_EQ(madt.io_apics[0].id, 2);
	CHECK_EQ(madt.io_apics[0].address, 0xfec00000);
	CHECK_EQ(madt.io_apics[0].gsi_base, 0);
	CHECK_EQ(madt.local_apic, 0xfee00000);
	CHECK(madt.has_8259);
}

static void tells_the_states_of_a_processor_apart(void)
{
	build_empty();
	append_cpu(0, 0); /* absent */
	append_cpu(1, 1); /* enabled */
	append_cpu(2, 2); /* online-capable */
	append_cpu(3, 3);
	append_cpu(4, 4); /* a reserved flag */
	append_x2apic(5, 2);
	append_x2apic(6, 0);
	CHECK(reads());
	CHECK_EQ(madt.cpu_count, 4);
	CHECK(madt.cpus[0].apic_id == 1 && madt.cpus[0].enabled);
	CHECK(madt.cpus[1].apic_id == 2 && !madt.cpus[1].enabled);
	CHECK(madt.cpus[2].apic_id == 3 && madt.cpus[2].enabled);
	CHECK(madt.cpus[3].apic_id == 5 && !madt.cpus[3].enabled);
}

static void lists_a_processor_once(void)
{
	build_empty();
	append_cpu(7, 1);
	append_x2apic(7, 1);
	append_cpu(7, 1);
	append_x2apic(0x107, 1);
	CHECK(reads());
	CHECK_EQ(madt.cpu_count, 2);
	CHECK_EQ(madt.cpu_total, 2);
}

static void counts_processors_beyond_the_array(void)
{
	build_empty();
	for (u32 i = 0; i < MADT_CPUS + 5; i++) {
		append_x2apic(1000 + i, 1);
	}
	CHECK(reads());
	CHECK_EQ(madt.cpu_count, MADT_CPUS);
	CHECK_EQ(madt.cpu_total, MADT_CPUS + 5);
	CHECK_EQ(madt.cpus[MADT_CPUS - 1].apic_id, 1000 + MADT_CPUS - 1);
}

static void refuses_more_io_apics_than_the_array_holds(void)
{
	static const u8 io_apic[12] = {1, 12, 3};

	build_empty();
	for (u32 i = 0; i < MADT_IO_APICS; i++) {
		machine_append(MACHINE_MADT, io_apic, sizeof(io_apic));
	}
	CHECK(reads());
	CHECK_EQ(madt.io_apic_count, MADT_IO_APICS);
	machine_append(MACHINE_MADT, io_apic, sizeof(io_apic));
	CHECK(!reads());
}

static void takes_the_64_bit_local_apic_address(void)
{
	static const u8 at[12] = {5, 12, 0, 0, 0, 0x10, 0, 0, 0x40};

	machine_build();
	machine_append(MACHINE_MADT, at, sizeof(at));
	CHECK(reads());
	CHECK_EQ(madt.local_apic, 0x4000001000);
}

static void needs_no_structures_and_no_8259(void)
{
	build_empty();
	machine_put32(MACHINE_MADT, 40, 0);
	CHECK(reads());
	CHECK_EQ(madt.cpu_count, 0);
	CHECK_EQ(madt.io_apic_count, 0);
	CHECK(!madt.has_8259);
}

static bool begins_a_structure(u32 offset)
{
	for (size_t i = 0; i < ARRAY_SIZE(structures); i++) {
		if (structures[i].offset == offset) {
			return true;
		}
	}
	return false;
}

static void refuses_a_table_cut_off(void)
{
	for (u32 size = 36; size < MADT_SIZE; size++) {
		machine_build();
		machine_resize(MACHINE_MADT, size);
		CHECK_EQ(reads(), begins_a_structure(size));
	}
}

static void refuses_structures_of_wrong_length(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(structures); i++) {
		u32 offset = structures[i].offset;
		u32 room = MADT_SIZE - offset;

		for (u32 length = 0; length < 256; length++) {
			machine_build();
			machine_bytes(MACHINE_MADT)[offset + 1] = (u8)length;
			if (length < 2 || length > room ||
			    (structures[i].read &&
			     length < structures[i].length)) {
				CHECK(!reads());
			} else {
				/* Right or not depends on what follows. */
				reads();
			}
		}
	}
}

/* At the table's end nothing follows that a misread could stumble on. */
static void refuses_a_short_structure_at_the_end(void)
{
	static const struct {
		u8 type, least;
	} kinds[] = {{0, 8}, {1, 12}, {5, 12}, {9, 16}, {2, 2}, {0x80, 2}};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		for (u8 length = 1; length < 20; length++) {
			u8 last[20] = {kinds[i].type, length};

			build_empty();
			machine_append(MACHINE_MADT, last, length);
			CHECK_EQ(reads(), length >= kinds[i].least);
		}
	}
}

static void says_that_there_is_no_table(void)
{
	machine_build();
	memcpy(machine_bytes(MACHINE_MADT), "XXXX", 4);
	CHECK(!reads());
	CHECK_STR(madt_read(&madt, &acpi).what, "no such ACPI table, number");
}

static const struct unit_test tests[] = {
	UNIT_TEST(lists_processors_and_io_apics),
	UNIT_TEST(tells_the_states_of_a_processor_apart),
	UNIT_TEST(lists_a_processor_once),
	UNIT_TEST(counts_processors_beyond_the_array),
	UNIT_TEST(refuses_more_io_apics_than_the_array_holds),
	UNIT_TEST(takes_the_64_bit_local_apic_address),
	UNIT_TEST(needs_no_structures_and_no_8259),
	UNIT_TEST(refuses_a_table_cut_off),
	UNIT_TEST(refuses_structures_of_wrong_length),
	UNIT_TEST(refuses_a_short_structure_at_the_end),
	UNIT_TEST(says_that_there_is_no_table),
};

int main(void)
{
	return UNIT_RUN(tests);
}
