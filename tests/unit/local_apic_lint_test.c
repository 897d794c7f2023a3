/*
 * The pins of a local APIC.
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

#define NOTHING LOCAL_APIC_LINT_NOTHING
#define POSTED	LOCAL_APIC_LINT_ACCEPTED

#define ACTIVE_LOW APIC_LVT_ACTIVE_LOW
#define LEVEL	   APIC_LVT_LEVEL
#define MASKED	   APIC_LVT_MASKED

static u32 entry(unsigned int pin)
{
	return APIC_LVT_LINT0 + 16 * pin;
}

static enum local_apic_lint_outcome drive(unsigned int pin, bool high)
{
	return local_apic_lint(&apic, pin, high);
}

/* A pin rises, and what comes of it. */
static void does_what_the_delivery_mode_says(void)
{
	static const enum local_apic_lint_outcome outcomes[] = {
		POSTED,
		NOTHING,
		NOTHING,
		NOTHING,
		LOCAL_APIC_LINT_NMI,
		LOCAL_APIC_LINT_INIT,
		NOTHING,
		LOCAL_APIC_LINT_EXTINT,
	};

	for (unsigned int i = 0; i < 2 * ARRAY_SIZE(outcomes); i++) {
		unsigned int pin = i % 2;

		begin();
		put(entry(pin), i / 2 << 8 | 0x40);
		CHECK_EQ(drive(1 - pin, true), NOTHING);
		CHECK_EQ(drive(pin, true), outcomes[i / 2]);
		CHECK_EQ(drive(pin, true), NOTHING); /* no edge */
		CHECK_EQ(take(), i / 2 == APIC_FIXED ? 0x40 : -1);
		CHECK_EQ(drive(pin, false), NOTHING);
		put(entry(pin), MASKED | i / 2 << 8 | 0x40);
		CHECK_EQ(drive(pin, true), NOTHING);
		CHECK_EQ(take(), -1);
	}
}

static void turns_round_what_is_active_low(void)
{
	begin();
	put(entry(1), ACTIVE_LOW | 0x40);
	CHECK_EQ(take(), -1);
	CHECK_EQ(drive(1, true), NOTHING);
	CHECK_EQ(drive(1, false), POSTED);
	CHECK_EQ(take(), 0x40);
}

static void repeats_a_level_until_it_ends(void)
{
	begin();
	put(entry(0), LEVEL | 0x40);
	CHECK_EQ(drive(0, true), POSTED);
	CHECK_EQ(get(entry(0)), LEVEL | APIC_LVT_REMOTE_IRR | 0x40);
	local_apic_take_posted(&apic);
	CHECK_EQ(local_apic_acknowledge(&apic), 0x40);
	drive(0, false);
	drive(0, true); /* waits for the EOI */
	CHECK(!local_apic_has_posted(&apic));
	local_apic_eoi(&apic);
	CHECK_EQ(take(), 0x40);
	drive(0, false);
	CHECK_EQ(take(), 0x40); /* it came before the line fell */
	CHECK_EQ(take(), -1);
	CHECK_EQ(get(entry(0)), LEVEL | 0x40);
}

static void has_a_level_at_its_first_pin_alone(void)
{
	begin();
	put(entry(1), LEVEL | 0x40);
	CHECK_EQ(drive(1, true), POSTED);
	CHECK_EQ(get(entry(1)), LEVEL | 0x40);
	CHECK_EQ(get(entry(0)), MASKED);
	CHECK_EQ(take(), 0x40);
	CHECK_EQ(take(), -1);
	CHECK_EQ(owner.eois, 0);
}

static void looks_at_a_level_when_it_is_unmasked(void)
{
	begin();
	put(entry(0), MASKED | LEVEL | 0x40);
	drive(0, true);
	CHECK_EQ(take(), -1);
	put(entry(0), LEVEL | 0x40);
	local_apic_take_posted(&apic);
	CHECK_EQ(local_apic_acknowledge(&apic), 0x40);
	put(entry(0), LEVEL | 0x41); /* waits still */
	CHECK_EQ(get(entry(0)), LEVEL | APIC_LVT_REMOTE_IRR | 0x41);
	local_apic_eoi(&apic);
	CHECK_EQ(take(), 0x41);
}

static void waits_no_more_as_an_edge(void)
{
	begin();
	put(entry(0), LEVEL | 0x40);
	drive(0, true);
	put(entry(0), 0x40);
	CHECK_EQ(get(entry(0)), 0x40);
	CHECK_EQ(take(), 0x40);
	CHECK_EQ(take(), -1);
	put(entry(0), LEVEL | 0x40); /* a level, and active */
	CHECK_EQ(take(), 0x40);
}

static void wires_its_pins_to_the_cpu_while_off(void)
{
	begin();
	CHECK(local_apic_set_base(&apic, APIC_PAGE));
	CHECK_EQ(drive(0, true), LOCAL_APIC_LINT_EXTINT);
	CHECK_EQ(drive(1, true), LOCAL_APIC_LINT_NMI);
	CHECK_EQ(drive(0, false), NOTHING);
	CHECK_EQ(drive(1, false), NOTHING);
}

static void says_whether_it_takes_extint(void)
{
	begin_with(0, true);
	CHECK(local_apic_accepts_extint(&apic)); /* virtual wire mode */
	put(entry(0), MASKED | 0x700);
	CHECK(!local_apic_accepts_extint(&apic));
	put(entry(0), 0x400);
	CHECK(!local_apic_accepts_extint(&apic));
	put(entry(0), 0x700);
	CHECK(local_apic_accepts_extint(&apic));
	put(APIC_SVR, 0xff);
	CHECK(!local_apic_accepts_extint(&apic));
	CHECK(local_apic_set_base(&apic, APIC_PAGE));
	CHECK(local_apic_accepts_extint(&apic));
	begin_with(1, false);
	CHECK(!local_apic_accepts_extint(&apic));
}

/* Pins are wires: a reset does not change what drives them. */
static void keeps_its_pins_over_a_reset(void)
{
	begin();
	drive(0, true);
	local_apic_reset(&apic);
	put(APIC_SVR, 0x1ff);
	put(entry(0), LEVEL | 0x40);
	CHECK_EQ(take(), 0x40);
}

static const struct unit_test tests[] = {
	UNIT_TEST(does_what_the_delivery_mode_says),
	UNIT_TEST(turns_round_what_is_active_low),
	UNIT_TEST(repeats_a_level_until_it_ends),
	UNIT_TEST(has_a_level_at_its_first_pin_alone),
	UNIT_TEST(looks_at_a_level_when_it_is_unmasked),
	UNIT_TEST(waits_no_more_as_an_edge),
	UNIT_TEST(wires_its_pins_to_the_cpu_while_off),
	UNIT_TEST(says_whether_it_takes_extint),
	UNIT_TEST(keeps_its_pins_over_a_reset),
};

int main(void)
{
	return UNIT_RUN(tests);
}
