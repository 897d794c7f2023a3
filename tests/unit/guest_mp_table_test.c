/*
 * modules: h5-multivcpu/acpi/guest_mp_table.c h3-ept/guest_memory.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept.c h3-ept/ept_check.c tests/unit/fake_frames.c
 *
 * Read back as an operating system does it that was told nothing: by the
 * specification's offsets, with no structure between.
 */
#include <string.h>

#include "acpi/guest_mp_table.h"
#include "fake_frames.h"
#include "unit.h"

#define CAPS                                                            \
	(EPT_CAP_WALK_LENGTH_4 | EPT_CAP_TABLES_WB | EPT_CAP_2M_PAGES | \
	 EPT_CAP_INVEPT | EPT_CAP_INVEPT_SINGLE)
#define RAM    MIB(2)
#define CANARY 0x5a

#define SIGNATURE 0x000506e3u
#define FEATURES  0x1f8bfbffu

static unsigned char low[0x100000];
static struct ept ept;
static struct guest_memory memory;

static struct error build(unsigned int cpus)
{
	const struct guest_mp_machine machine = {cpus, SIGNATURE, FEATURES};
	struct error error;

	CHECK(!failed(ept_init(&ept, CAPS, 48)));
	CHECK(!failed(guest_memory_init(&memory, &ept, RAM, false)));
	memset(low, CANARY, sizeof(low));
	CHECK(guest_memory_write(&memory, 0, low, sizeof(low)));
	error = guest_mp_table_write(&memory, &machine);
	CHECK(guest_memory_read(&memory, 0, low, sizeof(low)));
	return error;
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

static bool sum_is_0(hpa_t at, u64 size)
{
	u8 sum = 0;

	for (u64 i = 0; i < size; i++) {
		sum += low[at + i];
	}
	return sum == 0;
}

/* "MP Floating Pointer Structure": one of the places; 0: it is not there. */
static hpa_t search(hpa_t start, hpa_t end)
{
	for (hpa_t at = start; at < end; at += 16) {
		if (memcmp(low + at, "_MP_", 4) == 0 &&
		    sum_is_0(at, number(at + 8, 1) * 16)) {
			return at;
		}
	}
	return 0;
}

/* What an entry-by-entry walk has come across. */
struct found {
	unsigned int cpus, boot_cpus, buses, io_apics;
	unsigned int pin_of[16]; /* by ISA interrupt; 0xff: none */
	unsigned int flags_of[16];
	unsigned int locals, next_type;
	u8 io_apic_id, cpu_ids[256];
	bool good;
};

static void read_processor(struct found *found, hpa_t at)
{
	u8 flags = (u8)number(at + 3, 1);

	found->good &= CHECK_EQ(number(at + 1, 1), found->cpus);
	found->good &= CHECK_EQ(number(at + 2, 1), 0x14);
	found->good &= CHECK((flags & 1) != 0);
	found->good &= CHECK_EQ(number(at + 4, 4), SIGNATURE);
	found->good &= CHECK_EQ(number(at + 8, 4), FEATURES);
	found->good &= CHECK_EQ(number(at + 12, 8), 0);
	found->boot_cpus += flags >> 1;
	found->cpu_ids[number(at + 1, 1)]++;
	found->cpus++;
}

static void read_interrupt(struct found *found, hpa_t at)
{
	u64 irq = number(at + 5, 1);

	found->good &= CHECK_EQ(number(at + 1, 1), 0);
	found->good &= CHECK_EQ(number(at + 4, 1), 0);
	found->good &= CHECK_EQ(number(at + 6, 1), found->io_apic_id);
	if (CHECK(irq < 16)) {
		found->pin_of[irq] = (unsigned int)number(at + 7, 1);
		found->flags_of[irq] = (unsigned int)number(at + 2, 2);
	}
}

/* The 8259s at LINT0 of the boot CPU, NMIs at LINT1 of all. */
static void read_local_interrupt(struct found *found, hpa_t at)
{
	static const u8 expected[2][8] = {{4, 3, 0, 0, 0, 0, 0, 0},
					  {4, 1, 0, 0, 0, 0, 0xff, 1}};

	if (CHECK(found->locals < 2)) {
		found->good &= CHECK(
			memcmp(low + at, expected[found->locals], 8) == 0);
	}
	found->locals++;
}

static hpa_t read_entry(struct found *found, hpa_t at)
{
	u64 type = number(at, 1);

	/* "Entries are sorted on ENTRY TYPE in ascending order." */
	found->good &= CHECK(type >= found->next_type);
	found->next_type = (unsigned int)type;
	switch (type) {
	case 0:
		read_processor(found, at);
		return at + 20;
	case 1:
		found->good &= CHECK(memcmp(low + at + 2, "ISA   ", 6) == 0);
		found->good &= CHECK_EQ(number(at + 1, 1), 0);
		found->buses++;
		return at + 8;
	case 2:
		found->io_apic_id = (u8)number(at + 1, 1);
		found->good &= CHECK_EQ(number(at + 3, 1), 1);
		found->good &= CHECK_EQ(number(at + 4, 4), 0xfec00000);
		found->io_apics++;
		return at + 8;
	case 3:
		read_interrupt(found, at);
		return at + 8;
	case 4:
		read_local_interrupt(found, at);
		return at + 8;
	default:
		found->good = CHECK(false);
		return at + 8;
	}
}

static struct found walk(void)
{
	struct found found = {.good = true};
	hpa_t pointer = search(639 * 1024, 640 * 1024), table, at;

	memset(found.pin_of, 0xff, sizeof(found.pin_of));
	if (!CHECK(pointer != 0)) {
		found.good = false;
		return found;
	}
	CHECK_EQ(number(pointer + 8, 1), 1);
	CHECK_EQ(number(pointer + 9, 1), 4);
	CHECK_EQ(number(pointer + 11, 5), 0);
	table = number(pointer + 4, 4);
	CHECK(memcmp(low + table, "PCMP", 4) == 0);
	CHECK(sum_is_0(table, number(table + 4, 2)));
	CHECK_EQ(number(table + 6, 1), 4);
	CHECK_EQ(number(table + 28, 6), 0); /* no OEM's table */
	CHECK_EQ(number(table + 36, 4), 0xfee00000);
	CHECK_EQ(number(table + 40, 4), 0); /* nothing extended */
	at = table + 44;
	for (u64 i = 0; i < number(table + 34, 2) && found.good; i++) {
		at = read_entry(&found, at);
	}
	CHECK_EQ(at, table + number(table + 4, 2));
	return found;
}

static void every_machine_is_described(void)
{
	for (unsigned int cpus = 1; cpus <= 32; cpus++) {
		struct found found;

		CHECK_STR(build(cpus).what, NULL);
		found = walk();
		CHECK(found.good);
		CHECK_EQ(found.cpus, cpus);
		CHECK_EQ(found.boot_cpus, 1);
		CHECK_EQ(found.buses, 1);
		CHECK_EQ(found.io_apics, 1);
		CHECK_EQ(found.locals, 2);
		tear_down();
	}
}

static void interrupts_lead_to_their_pins(void)
{
	struct found found;

	CHECK_STR(build(4).what, NULL);
	found = walk();
	for (unsigned int irq = 0; irq < 16; irq++) {
		unsigned int pin = irq == 0 ? 2 : irq;

		if (irq == 2) {
			CHECK_EQ(found.pin_of[irq], ~0u);
			continue;
		}
		CHECK_EQ(found.pin_of[irq], pin);
		CHECK_EQ(found.flags_of[irq], irq == 9 ? 0xd : 0);
	}
	tear_down();
}

static void the_io_apic_has_an_id_of_its_own(void)
{
	struct found found;

	CHECK_STR(build(8).what, NULL);
	found = walk();
	CHECK_EQ(found.cpu_ids[found.io_apic_id], 0);
	CHECK(found.io_apic_id < 15);
	tear_down();
}

static void the_table_keeps_to_its_place(void)
{
	CHECK_STR(build(32).what, NULL);
	for (hpa_t at = 0; at < sizeof(low); at++) {
		bool inside = at >= 639 * 1024 && at < 640 * 1024;

		if (!inside && !CHECK_EQ(low[at], CANARY)) {
			break;
		}
	}
	tear_down();
}

static void too_many_processors_are_refused(void)
{
	struct error error = build(33);

	CHECK_STR(error.what, "more processors than the MP table holds");
	CHECK_EQ(error.value, 33);
	CHECK_EQ(search(0, sizeof(low)), 0);
	tear_down();
}

static void missing_memory_is_reported(void)
{
	const struct guest_mp_machine machine = {.cpus = 2};

	CHECK(!failed(ept_init(&ept, CAPS, 48)));
	CHECK(!failed(guest_memory_init(&memory, &ept, RAM, true)));
	fake_frames_fail_after(0);
	CHECK_STR(guest_mp_table_write(&memory, &machine).what,
		  "no memory for guest RAM at");
	tear_down();
}

static const struct unit_test tests[] = {
	UNIT_TEST(every_machine_is_described),
	UNIT_TEST(interrupts_lead_to_their_pins),
	UNIT_TEST(the_io_apic_has_an_id_of_its_own),
	UNIT_TEST(the_table_keeps_to_its_place),
	UNIT_TEST(too_many_processors_are_refused),
	UNIT_TEST(missing_memory_is_reported),
};

int main(void)
{
	return UNIT_RUN(tests);
}
