/*
 * A local APIC is reset, switched on and off, and changes its mode.
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

/* "Local APIC State After Power-Up or Reset", of an APIC with ID 3 */
static const struct {
	u32 offset;
	u32 value;
} reset_state[] = {
	{APIC_ID, 0x03000000},
	{APIC_VERSION, 0x01050014},
	{APIC_TPR, 0},
	{APIC_PPR, 0},
	{APIC_LDR, 0},
	{APIC_DFR, 0xffffffff},
	{APIC_SVR, 0xff},
	{APIC_ESR, 0},
	{APIC_ICR, 0},
	{APIC_ICR_HIGH, 0},
	{APIC_LVT_TIMER, 0x10000},
	{APIC_LVT_THERMAL, 0x10000},
	{APIC_LVT_PERFORMANCE, 0x10000},
	{APIC_LVT_LINT0, 0x10000},
	{APIC_LVT_LINT1, 0x10000},
	{APIC_LVT_ERROR, 0x10000},
	{APIC_INITIAL_COUNT, 0},
	{APIC_CURRENT_COUNT, 0},
	{APIC_DIVIDE, 0},
};

static void check_reset_state(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(reset_state); i++) {
		if (!CHECK_EQ(get(reset_state[i].offset),
			      reset_state[i].value)) {
			printf("# register %#x\n", reset_state[i].offset);
		}
	}
	for (u32 offset = APIC_ISR; offset < APIC_ESR; offset += 16) {
		CHECK_EQ(get(offset), 0);
	}
	CHECK_EQ(owner.alarm, LOCAL_APIC_NEVER);
	CHECK(!local_apic_has_posted(&apic));
	CHECK_EQ(local_apic_pending(&apic), -1);
	CHECK_EQ(esr(), 0);
}

/* Leaves no register as a reset does. */
static void spoil(void)
{
	put(APIC_SVR, 0x1ee);
	put(APIC_TPR, 0x31);
	put(APIC_LDR, 0xff000000);
	put(APIC_DFR, 0);
	for (u32 offset = APIC_LVT_TIMER; offset <= APIC_LVT_ERROR;
	     offset += 16) {
		put(offset, 0x40);
	}
	put(APIC_DIVIDE, 0xb);
	put(APIC_INITIAL_COUNT, 1000);
	put(APIC_ICR_HIGH, 0x12000000);
	put(APIC_ICR, 0x44055);
	put(0x40, 0);
	put(APIC_ESR, 0);
	put(0x40, 0);
	local_apic_accept(&apic, 0x50, true);
	local_apic_accept(&apic, 0x90, false);
	CHECK_EQ(local_apic_acknowledge(&apic), 0x90);
	local_apic_post(&apic, 0x60, true);
}

static void resets(void)
{
	begin_with(3, false);
	CHECK_EQ(apic.base, XAPIC_MODE);
	check_reset_state();
	spoil();
	CHECK(local_apic_set_base(&apic, X2APIC_MODE ^ 0x1000));
	local_apic_reset(&apic);
	CHECK_EQ(apic.base, XAPIC_MODE);
	check_reset_state();
}

static void resets_the_boot_processor_as_firmware_leaves_it(void)
{
	begin_with(0, true);
	CHECK_EQ(apic.base, XAPIC_MODE | APIC_BASE_BSP);
	CHECK_EQ(get(APIC_ID), 0);
	CHECK_EQ(get(APIC_SVR), 0x1ff);
	CHECK_EQ(get(APIC_LVT_LINT0), 0x700);
	CHECK_EQ(get(APIC_LVT_LINT1), 0x400);
	CHECK_EQ(get(APIC_LVT_ERROR), 0x10000);
}

static void receives_init(void)
{
	begin();
	CHECK(local_apic_set_base(&apic, 0x12345000 | APIC_BASE_EN));
	spoil();
	local_apic_receive_init(&apic);
	CHECK_EQ(apic.base, 0x12345000 | APIC_BASE_EN);
	check_reset_state();
}

static void receives_init_on_the_boot_processor(void)
{
	begin_with(0, true);
	local_apic_receive_init(&apic);
	CHECK_EQ(apic.base, XAPIC_MODE | APIC_BASE_BSP);
	CHECK_EQ(get(APIC_SVR), 0xff);
	CHECK_EQ(get(APIC_LVT_LINT0), 0x10000);
}

static void receives_init_in_x2apic_mode(void)
{
	u64 value = 0;

	begin_with(0x23, false);
	CHECK(local_apic_set_base(&apic, X2APIC_MODE));
	CHECK(wrmsr(APIC_SVR, 0x1ff));
	CHECK(wrmsr(APIC_ICR, 0x1234567800004055));
	local_apic_receive_init(&apic);
	CHECK_EQ(apic.base, X2APIC_MODE);
	CHECK(rdmsr(APIC_ID, &value));
	CHECK_EQ(value, 0x23);
	CHECK(rdmsr(APIC_LDR, &value));
	CHECK_EQ(value, 0x00020008);
	CHECK(rdmsr(APIC_SVR, &value));
	CHECK_EQ(value, 0xff);
	CHECK(rdmsr(APIC_ICR, &value));
	CHECK_EQ(value, 0);
}

/* From the mode of a row to that of a column: EXTD and EN as two bits. */
static void changes_modes_as_the_manual_allows(void)
{
	static const bool allowed[4][4] = {
		[0] = {true, false, true, false},
		[2] = {true, false, true, true},
		[3] = {true, false, false, true},
	};

	for (unsigned int from = 0; from < 4; from++) {
		for (unsigned int to = 0; from != 1 && to < 4; to++) {
			begin();
			if (from != 2) {
				CHECK(local_apic_set_base(
					&apic, APIC_PAGE | from << 10));
			}
			CHECK_EQ(local_apic_set_base(&apic,
						     APIC_PAGE | to << 10),
				 allowed[from][to]);
			CHECK_EQ(apic.base,
				 APIC_PAGE | (allowed[from][to] ? to : from)
						     << 10);
		}
	}
}

static void refuses_reserved_bits_of_its_base(void)
{
	for (unsigned int bit = 0; bit < 64; bit++) {
		bool defined = bit == 8 || bit == 10 || bit == 11 ||
			       (bit >= 12 && bit < 40);

		begin();
		CHECK_EQ(local_apic_set_base(&apic, BIT(bit) | APIC_BASE_EN),
			 defined);
		CHECK_EQ(apic.base,
			 defined ? BIT(bit) | APIC_BASE_EN : XAPIC_MODE);
	}
	begin();
	apic.maxphyaddr = 52;
	CHECK(local_apic_set_base(&apic, 0x000ffffffffff900));
	CHECK(!local_apic_set_base(&apic, 0x0010000000000800));
}

static void claims_its_page_in_xapic_mode(void)
{
	begin();
	CHECK(local_apic_claims(&apic, 0xfee00000));
	CHECK(local_apic_claims(&apic, 0xfee00fff));
	CHECK(!local_apic_claims(&apic, 0xfee01000));
	CHECK(!local_apic_claims(&apic, 0xfedfffff));
	CHECK(!local_apic_claims(&apic, 0x1fee00000));
	CHECK(local_apic_set_base(&apic, 0xabcdef1000 | APIC_BASE_EN));
	CHECK(!local_apic_claims(&apic, 0xfee00000));
	CHECK(local_apic_claims(&apic, 0xabcdef1080));
	CHECK(local_apic_set_base(&apic,
				  0xabcdef1000 | APIC_BASE_EN | APIC_BASE_BSP));
	CHECK(local_apic_claims(&apic, 0xabcdef1080));
	CHECK(local_apic_set_base(&apic, X2APIC_MODE));
	CHECK(!local_apic_claims(&apic, 0xfee00000));
	CHECK(local_apic_set_base(&apic, APIC_PAGE));
	CHECK(!local_apic_claims(&apic, 0xfee00000));
}

static void forgets_all_when_switched_off(void)
{
	begin();
	spoil();
	CHECK(local_apic_set_base(&apic, APIC_PAGE));
	CHECK_EQ(owner.alarm, LOCAL_APIC_NEVER);
	CHECK_EQ(take(), -1);
	CHECK(!local_apic_is_enabled(&apic));
	local_apic_post(&apic, 0x70, false); /* it did not see the change */
	CHECK(local_apic_take_posted(&apic));
	CHECK_EQ(local_apic_pending(&apic), -1);
	CHECK(local_apic_set_base(&apic, XAPIC_MODE));
	check_reset_state();
	put(APIC_SVR, 0x1ff);
	CHECK(local_apic_is_enabled(&apic));
	local_apic_post(&apic, 0x70, false);
	CHECK_EQ(take(), 0x70);
}

static void keeps_its_state_on_the_way_to_x2apic_mode(void)
{
	u64 value = 0;

	begin_with(0xfe, false);
	put(APIC_SVR, 0x1c0);
	put(APIC_TPR, 0x20);
	put(APIC_LDR, 0x40000000);
	put(APIC_LVT_ERROR, 0x77);
	put(APIC_ICR_HIGH, 0xff000000);
	local_apic_accept(&apic, 0x95, false);
	CHECK(local_apic_set_base(&apic, X2APIC_MODE));
	CHECK(rdmsr(APIC_ID, &value));
	CHECK_EQ(value, 0xfe);
	CHECK(rdmsr(APIC_LDR, &value));
	CHECK_EQ(value, 0x000f4000);
	CHECK(rdmsr(APIC_SVR, &value));
	CHECK_EQ(value, 0x1c0);
	CHECK(rdmsr(APIC_TPR, &value));
	CHECK_EQ(value, 0x20);
	CHECK(rdmsr(APIC_LVT_ERROR, &value));
	CHECK_EQ(value, 0x77);
	CHECK(rdmsr(APIC_ICR, &value));
	CHECK_EQ(value, 0);
	CHECK_EQ(take(), 0x95);
	CHECK(local_apic_set_base(&apic, APIC_PAGE));
	CHECK(local_apic_set_base(&apic, XAPIC_MODE));
	CHECK_EQ(get(APIC_ID), 0xfe000000);
	CHECK_EQ(get(APIC_LDR), 0);
}

/* A write that changes no mode changes nothing else. */
static void moves_with_its_state(void)
{
	begin();
	put(APIC_LVT_TIMER, 0x40);
	put(APIC_INITIAL_COUNT, 1000);
	CHECK(local_apic_set_base(&apic, 0x5000 | APIC_BASE_EN));
	CHECK_EQ(get(APIC_LVT_TIMER), 0x40);
	CHECK_EQ(get(APIC_CURRENT_COUNT), 1000);
	CHECK_EQ(owner.alarm, owner.tsc + 2000);
}

static const struct unit_test tests[] = {
	UNIT_TEST(resets),
	UNIT_TEST(resets_the_boot_processor_as_firmware_leaves_it),
	UNIT_TEST(receives_init),
	UNIT_TEST(receives_init_on_the_boot_processor),
	UNIT_TEST(receives_init_in_x2apic_mode),
	UNIT_TEST(changes_modes_as_the_manual_allows),
	UNIT_TEST(refuses_reserved_bits_of_its_base),
	UNIT_TEST(claims_its_page_in_xapic_mode),
	UNIT_TEST(forgets_all_when_switched_off),
	UNIT_TEST(keeps_its_state_on_the_way_to_x2apic_mode),
	UNIT_TEST(moves_with_its_state),
};

int main(void)
{
	return UNIT_RUN(tests);
}
