/*
 * A guest reads and writes the registers of its local APIC, in both modes.
 *
 * modules: h5-multivcpu/apic/local_apic.c h5-multivcpu/apic/local_apic_lvt.c
 * modules: h5-multivcpu/apic/local_apic_access.c
 * modules: h5-multivcpu/apic/local_apic_error.c
 * modules: h5-multivcpu/apic/local_apic_icr.c
 * modules: h5-multivcpu/apic/local_apic_interrupt.c
 * modules: h5-multivcpu/apic/local_apic_lint.c
 * modules: h5-multivcpu/apic/local_apic_timer.c
 */
#include "local_apic_fixture.h"

enum {
	NONE = 0,
	READ = 1,
	WRITE = 2,
	BOTH = READ | WRITE,
	MAPPED = 4, /* in xAPIC mode */
};

/*
 * Every register that there is: what RDMSR and WRMSR may do, which bits WRMSR
 * takes and which of them stay, and which a write to memory changes.
 */
static const struct {
	u32 first;
	u32 last;
	unsigned int access;
	u64 taken;
	u32 stays;
	u32 mapped_stays;
} registers[] = {
	{APIC_ID, APIC_ID, READ | MAPPED, 0, 0, 0},
	{APIC_VERSION, APIC_VERSION, READ | MAPPED, 0, 0, 0},
	{APIC_TPR, APIC_TPR, BOTH | MAPPED, 0xff, 0xff, 0xff},
	{APIC_APR, APIC_APR, MAPPED, 0, 0, 0},
	{APIC_PPR, APIC_PPR, READ | MAPPED, 0, 0, 0},
	{APIC_EOI, APIC_EOI, WRITE | MAPPED, 0, 0, 0},
	{APIC_RRD, APIC_RRD, MAPPED, 0, 0, 0},
	{APIC_LDR, APIC_LDR, READ | MAPPED, 0, 0, 0xff000000},
	{APIC_DFR, APIC_DFR, MAPPED, 0, 0, 0xf0000000},
	{APIC_SVR, APIC_SVR, BOTH | MAPPED, 0x13ff, 0x13ff, 0x13ff},
	{APIC_ISR, APIC_ESR - 16, READ | MAPPED, 0, 0, 0},
	{APIC_ESR, APIC_ESR, BOTH | MAPPED, 0, 0, 0},
	{APIC_ICR, APIC_ICR, BOTH | MAPPED, 0xffffffff000ccfff, 0xccfff,
	 0xccfff},
	{APIC_ICR_HIGH, APIC_ICR_HIGH, MAPPED, 0, 0, 0xff000000},
	{APIC_LVT_TIMER, APIC_LVT_TIMER, BOTH | MAPPED, 0x710ff, 0x700ff,
	 0x700ff},
	{APIC_LVT_THERMAL, APIC_LVT_PERFORMANCE, BOTH | MAPPED, 0x117ff,
	 0x107ff, 0x107ff},
	{APIC_LVT_LINT0, APIC_LVT_LINT1, BOTH | MAPPED, 0x1f7ff, 0x1a7ff,
	 0x1a7ff},
	{APIC_LVT_ERROR, APIC_LVT_ERROR, BOTH | MAPPED, 0x110ff, 0x100ff,
	 0x100ff},
	{APIC_INITIAL_COUNT, APIC_INITIAL_COUNT, BOTH | MAPPED, 0xffffffff,
	 0xffffffff, 0xffffffff},
	{APIC_CURRENT_COUNT, APIC_CURRENT_COUNT, READ | MAPPED, 0, 0, 0},
	{APIC_DIVIDE, APIC_DIVIDE, BOTH | MAPPED, 0xb, 0xb, 0xb},
	{APIC_SELF_IPI, APIC_SELF_IPI, WRITE, 0xff, 0, 0},
};

static size_t row_of(u32 offset)
{
	size_t row = 0;

	while (row < ARRAY_SIZE(registers) && (offset < registers[row].first ||
					       offset > registers[row].last)) {
		row++;
	}
	return row;
}

static unsigned int access_of(u32 offset)
{
	size_t row = row_of(offset);

	return row < ARRAY_SIZE(registers) ? registers[row].access : NONE;
}

/* What is wrong is said with the register that it is wrong with. */
static void at(u32 offset, bool right)
{
	if (!CHECK(right)) {
		printf("# register %#x\n", offset);
	}
}

static void has_the_msrs_of_x2apic_mode(void)
{
	for (u32 offset = 0; offset < 0x1000; offset += 16) {
		u64 value;

		begin_x2apic();
		at(offset,
		   rdmsr(offset, &value) == ((access_of(offset) & READ) != 0));
		at(offset,
		   wrmsr(offset, 0) == ((access_of(offset) & WRITE) != 0));
	}
}

static void has_no_msrs_in_other_modes(void)
{
	for (u32 offset = 0; offset < 0x1000; offset += 16) {
		u64 value;

		begin();
		at(offset, !rdmsr(offset, &value) && !wrmsr(offset, 0));
		CHECK(local_apic_set_base(&apic, APIC_PAGE));
		at(offset, !rdmsr(offset, &value) && !wrmsr(offset, 0));
	}
}

static void refuses_reserved_bits_in_x2apic_mode(void)
{
	for (u32 offset = 0; offset < APIC_REGISTERS_END; offset += 16) {
		size_t row = row_of(offset);

		for (unsigned int bit = 0;
		     (access_of(offset) & WRITE) != 0 && bit < 64; bit++) {
			begin_x2apic();
			at(offset,
			   wrmsr(offset, BIT(bit)) ==
				   ((registers[row].taken >> bit & 1) != 0));
		}
	}
}

static void keeps_what_is_written_to_msrs(void)
{
	for (u32 offset = 0; offset < APIC_REGISTERS_END; offset += 16) {
		size_t row = row_of(offset);
		u64 value = 0;
		u64 expected;

		if (access_of(offset) != (BOTH | MAPPED)) {
			continue;
		}
		begin_x2apic();
		at(offset, wrmsr(offset, registers[row].taken));
		at(offset, rdmsr(offset, &value));
		expected = registers[row].stays;
		if (offset == APIC_ICR) {
			expected |= 0xffffffff00000000;
		}
		CHECK_EQ(value, expected);
	}
}

static bool is_illegal(u32 offset)
{
	return (access_of(offset) & MAPPED) == 0;
}

static void notes_illegal_registers_in_xapic_mode(void)
{
	for (u32 offset = 0; offset < 0x1000; offset += 4) {
		u32 error = is_illegal(offset & 0xff0) || offset >= 0x400 ? 0x80
									  : 0;

		begin();
		get(offset);
		CHECK_EQ(esr(), error);
		if (offset != APIC_ICR && offset != APIC_ESR) {
			put(offset, 0);
			CHECK_EQ(esr(), error);
		}
	}
}

static void keeps_what_is_written_to_memory(void)
{
	for (u32 offset = 0; offset < APIC_REGISTERS_END; offset += 16) {
		size_t row = row_of(offset);
		u32 before;

		if (is_illegal(offset) || offset == APIC_INITIAL_COUNT) {
			continue;
		}
		begin();
		before = get(offset);
		put(offset, UINT32_MAX);
		CHECK_EQ(get(offset) & ~registers[row].mapped_stays,
			 before & ~registers[row].mapped_stays);
		at(offset, (get(offset) & registers[row].mapped_stays) ==
				   registers[row].mapped_stays);
		put(offset, 0);
		at(offset, (get(offset) & registers[row].mapped_stays) == 0);
	}
}

/* An ID that the CPU itself let the guest write is put back. */
static void keeps_its_id(void)
{
	begin();
	apic_page[APIC_ID / 4] = 0x7f000000;
	put(APIC_ID, 0x7f000000);
	CHECK_EQ(get(APIC_ID), 0x03000000);
}

static void reads_parts_of_registers(void)
{
	static const struct {
		u32 offset;
		unsigned int size;
		u64 value;
	} reads[] = {
		{0x30, 8, 0x01050014}, {0x30, 4, 0x01050014}, {0x30, 2, 0x0014},
		{0x32, 2, 0x0105},     {0x30, 1, 0x14},	      {0x33, 1, 0x01},
		{0x31, 4, 0x010500},   {0x33, 8, 0x01},	      {0x34, 4, 0},
		{0x3c, 8, 0},	       {0x3f, 1, 0},
	};

	begin();
	for (size_t i = 0; i < ARRAY_SIZE(reads); i++) {
		CHECK_EQ(local_apic_read(&apic, reads[i].offset, reads[i].size),
			 reads[i].value);
	}
	CHECK_EQ(esr(), 0);
}

static void ignores_writes_of_parts(void)
{
	begin();
	put(APIC_TPR, 0x55);
	for (unsigned int size = 1; size <= 8; size *= 2) {
		for (u32 byte = size == 4 ? 1 : 0; byte < 16; byte++) {
			local_apic_write(&apic, APIC_TPR + byte, size, 0x66);
		}
	}
	CHECK_EQ(get(APIC_TPR), 0x55);
	CHECK_EQ(esr(), 0);
}

static void masks_its_vector_table_while_disabled(void)
{
	begin();
	for (u32 offset = APIC_LVT_TIMER; offset <= APIC_LVT_ERROR;
	     offset += 16) {
		put(offset, 0x33);
		CHECK_EQ(get(offset), 0x33);
		put(APIC_SVR, 0xff);
		CHECK_EQ(get(offset), 0x10033);
		put(offset, 0x44);
		CHECK_EQ(get(offset), 0x10044);
		put(APIC_SVR, 0x1ff);
		CHECK_EQ(get(offset), 0x10044);
		put(offset, 0x44);
		CHECK_EQ(get(offset), 0x44);
	}
}

/* The trick of an APIC-write VM exit: the value is in the page already. */
static void emulates_writes_that_the_cpu_has_done(void)
{
	for (u32 offset = 0; offset < APIC_REGISTERS_END; offset += 16) {
		u32 expected;

		if (is_illegal(offset) || offset == APIC_EOI ||
		    (access_of(offset) & WRITE) == 0) {
			continue;
		}
		begin();
		put(APIC_LVT_TIMER, 0x40040);
		put(offset, 0x20ff);
		expected = get(offset);
		begin();
		put(APIC_LVT_TIMER, 0x40040);
		apic_page[offset / 4] = 0x20ff;
		put(offset, 0x20ff);
		CHECK_EQ(get(offset), expected);
	}
}

static void ends_interrupts_by_msr(void)
{
	begin_x2apic();
	local_apic_accept(&apic, 0x40, true);
	CHECK_EQ(local_apic_acknowledge(&apic), 0x40);
	CHECK(!wrmsr(APIC_EOI, 1));
	CHECK_EQ(owner.eois, 0);
	CHECK(wrmsr(APIC_EOI, 0));
	CHECK_EQ(owner.eois, 1);
}

/* Whatever a guest does, registers hold nothing that they cannot hold. */
static void check_sanity(void)
{
	for (u32 offset = 0; offset < APIC_REGISTERS_END; offset += 16) {
		u32 value = local_apic_register(&apic, offset);

		if (offset == APIC_LVT_LINT0) {
			at(offset, ((value & APIC_LVT_REMOTE_IRR) != 0) ==
					   (apic.lint0_vector != 0));
			value &= ~APIC_LVT_REMOTE_IRR;
		}
		if (access_of(offset) == (BOTH | MAPPED) &&
		    offset != APIC_ESR) {
			at(offset,
			   (value & ~registers[row_of(offset)].mapped_stays) ==
				   0);
		}
	}
	CHECK_EQ(local_apic_register(&apic, APIC_IRR) & 0xffff, 0);
	CHECK_EQ(local_apic_register(&apic, APIC_ISR) & 0xffff, 0);
	CHECK_EQ(local_apic_register(&apic, APIC_ID),
		 local_apic_in_x2apic_mode(&apic) ? 3 : 0x03000000);
	/* What lies behind the registers is not theirs. */
	CHECK_EQ(apic_page[0x104], 0xa5a5a5a5);
	CHECK_EQ(apic_page[0x3ff], 0xa5a5a5a5);
}

static u64 some_value(void)
{
	u64 value = random_u64();

	return random_below(2) == 0 ? value : value & 0x701ff;
}

static void do_something_hostile(void)
{
	u32 offset = (u32)random_below(random_below(2) == 0 ? 0x400 : 0x1000);
	u64 value;

	offset = random_below(4) == 0 ? offset : offset & 0xff0;
	switch (random_below(8)) {
	case 0 ... 2:
		local_apic_write(&apic, offset, 1u << random_below(4),
				 some_value());
		break;
	case 3:
		local_apic_read(&apic, offset, 1u << random_below(4));
		break;
	case 4:
		rdmsr(offset, &value);
		wrmsr(offset, some_value());
		break;
	case 5:
		owner.tsc = random_below(4) == 0
				    ? random_u64()
				    : owner.tsc + random_below(0x10000);
		local_apic_timer_expired(&apic);
		break;
	case 6:
		local_apic_lint(&apic, (unsigned int)random_below(2),
				random_below(2) == 0);
		local_apic_timer_set_tsc_deadline(
			&apic, owner.tsc + random_below(0x10000));
		local_apic_timer_tsc_moved(
			&apic, random_below(2) == 0 ? random_u64() : 0);
		break;
	default:
		local_apic_post(&apic, (u8)random_u64(), random_below(2) == 0);
		take();
		break;
	}
}

static void survives_a_hostile_guest(void)
{
	begin();
	for (unsigned int i = 0; i < 300000; i++) {
		if (i % 50 == 0) {
			local_apic_set_base(&apic, APIC_PAGE | random_below(4)
								       << 10);
		}
		if (i % 20 == 0 && !local_apic_in_x2apic_mode(&apic)) {
			put(APIC_SVR, 0x1ff);
		}
		/* xAPIC registers are reached in xAPIC mode alone. */
		if (local_apic_claims(&apic, APIC_PAGE)) {
			do_something_hostile();
		} else {
			wrmsr((u32)random_below(0x40) * 16, some_value());
			take();
		}
		check_sanity();
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(has_the_msrs_of_x2apic_mode),
	UNIT_TEST(has_no_msrs_in_other_modes),
	UNIT_TEST(refuses_reserved_bits_in_x2apic_mode),
	UNIT_TEST(keeps_what_is_written_to_msrs),
	UNIT_TEST(notes_illegal_registers_in_xapic_mode),
	UNIT_TEST(keeps_what_is_written_to_memory),
	UNIT_TEST(keeps_its_id),
	UNIT_TEST(reads_parts_of_registers),
	UNIT_TEST(ignores_writes_of_parts),
	UNIT_TEST(masks_its_vector_table_while_disabled),
	UNIT_TEST(emulates_writes_that_the_cpu_has_done),
	UNIT_TEST(ends_interrupts_by_msr),
	UNIT_TEST(survives_a_hostile_guest),
};

int main(void)
{
	return UNIT_RUN(tests);
}
