/*
 * A local APIC sends interprocessor interrupts.
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

#define TO_SELF	  BIT(18)
#define TO_OTHERS (BIT(18) | BIT(19))
#define LEVEL	  0x8000u
#define ASSERT	  0x4000u

static u32 mode_bits(enum apic_delivery_mode mode)
{
	return (u32)mode << 8;
}

/* What becomes of a command with vector 40H. */
enum outcome {
	NOTHING,
	SENT,
	REQUESTED, /* in the IRR of the sender itself */
};

/*
 * "Valid Combinations for the Pentium 4 and Intel Xeon Processors' Local xAPIC
 * Interrupt Command Register"; for the shorthands in their order of numbers.
 */
static const enum outcome outcomes[8][4] = {
	[APIC_FIXED] = {SENT, REQUESTED, SENT, SENT},
	[APIC_LOWEST_PRIORITY] = {SENT, NOTHING, NOTHING, SENT},
	[APIC_SMI] = {NOTHING},
	[3] = {NOTHING},
	[APIC_NMI] = {SENT, NOTHING, NOTHING, SENT},
	[APIC_INIT] = {SENT, NOTHING, NOTHING, SENT},
	[APIC_STARTUP] = {SENT, NOTHING, NOTHING, SENT},
	[APIC_EXTINT] = {NOTHING},
};

static void check_sent(u32 mode, u32 shorthand, bool logical)
{
	const struct apic_message *message = &owner.message;

	CHECK_EQ(message->destination, shorthand == 0 ? 0x12 : APIC_BROADCAST);
	CHECK_EQ(message->all_but, shorthand == 3 ? 3 : APIC_NOBODY);
	CHECK_EQ(message->mode, mode);
	CHECK_EQ(message->vector, 0x40);
	CHECK_EQ(message->logical, logical);
	CHECK(!message->level);
}

static void check_command(u32 mode, u32 shorthand, u32 more)
{
	enum outcome outcome = outcomes[mode][shorthand];

	if (mode == APIC_INIT && (more & (LEVEL | ASSERT)) == LEVEL) {
		outcome = NOTHING; /* level de-assert */
	}
	begin();
	put(APIC_ICR_HIGH, 0x12ffffff);
	put(APIC_ICR, 0xfff31040 | mode << 8 | shorthand << 18 | more);
	CHECK_EQ(get(APIC_ICR), 0x40 | mode << 8 | shorthand << 18 | more);
	CHECK_EQ(get(APIC_ICR_HIGH), 0x12000000);
	CHECK_EQ(owner.messages, outcome == SENT);
	CHECK_EQ(take(), outcome == REQUESTED ? 0x40 : -1);
	if (outcome == SENT) {
		check_sent(mode, shorthand, (more & APIC_ICR_LOGICAL) != 0);
	}
	CHECK_EQ(owner.eois, 0);
	CHECK_EQ(esr(), 0);
}

static void sends_every_valid_combination(void)
{
	for (u32 i = 0; i < 8 * 4 * 8; i++) {
		u32 more = ((i & 1) != 0 ? APIC_ICR_LOGICAL : 0) |
			   ((i & 2) != 0 ? LEVEL : 0) |
			   ((i & 4) != 0 ? ASSERT : 0);

		check_command(i >> 3 & 7, i >> 6, more);
	}
}

static void sends_the_same_in_x2apic_mode(void)
{
	u64 value = 0;

	begin_x2apic();
	CHECK(wrmsr(APIC_ICR, 0x12345678000c4855 & ~TO_OTHERS));
	CHECK_EQ(owner.message.destination, 0x12345678);
	CHECK_EQ(owner.message.vector, 0x55);
	CHECK(owner.message.logical);
	CHECK(rdmsr(APIC_ICR, &value));
	CHECK_EQ(value, 0x1234567800004855);
	CHECK(wrmsr(APIC_ICR, 0xff00000040)); /* not a broadcast here */
	CHECK_EQ(owner.message.destination, 0xff);
	CHECK(wrmsr(APIC_ICR, 0xffffffff00000040));
	CHECK_EQ(owner.message.destination, APIC_BROADCAST);
	CHECK_EQ(owner.messages, 3);
}

static void broadcasts_in_xapic_mode(void)
{
	begin();
	put(APIC_ICR_HIGH, 0xff000000);
	put(APIC_ICR, 0x40);
	CHECK_EQ(owner.message.destination, APIC_BROADCAST);
	CHECK_EQ(owner.message.all_but, APIC_NOBODY);
}

static void refuses_illegal_vectors(void)
{
	for (u32 vector = 0; vector < 20; vector++) {
		u32 sent = vector < 16 ? 0x20 : 0;
		u32 received = vector < 16 ? 0x40 : 0;

		begin();
		put(APIC_ICR, vector);
		CHECK_EQ(esr(), sent);
		put(APIC_ICR, mode_bits(APIC_LOWEST_PRIORITY) | vector);
		CHECK_EQ(esr(), sent);
		put(APIC_ICR, TO_OTHERS | vector);
		CHECK_EQ(esr(), sent);
		CHECK_EQ(owner.messages, vector < 16 ? 0 : 3);
		put(APIC_ICR, TO_SELF | vector);
		CHECK_EQ(esr(), sent | received);
		CHECK_EQ(take(), vector < 16 ? -1 : (int)vector);
		owner.messages = 0;
		put(APIC_ICR, mode_bits(APIC_STARTUP) | vector);
		put(APIC_ICR, mode_bits(APIC_NMI) | vector);
		CHECK_EQ(esr(), 0);
		CHECK_EQ(owner.messages, 2);
	}
}

static void interrupts_itself(void)
{
	begin_x2apic();
	CHECK(wrmsr(APIC_SELF_IPI, 0x99));
	CHECK_EQ(take(), 0x99);
	CHECK_EQ(owner.messages, 0);
	CHECK(wrmsr(APIC_SELF_IPI, 9));
	CHECK_EQ(take(), -1);
	CHECK(wrmsr(APIC_ESR, 0));
	CHECK_EQ(local_apic_register(&apic, APIC_ESR), 0x60);
}

/* It sends while it is disabled by software, but takes nothing itself. */
static void sends_while_disabled(void)
{
	begin();
	put(APIC_SVR, 0xff);
	put(APIC_ICR, 0x40);
	CHECK_EQ(owner.messages, 1);
	put(APIC_ICR, TO_SELF | 0x40);
	CHECK_EQ(take(), -1);
}

static const struct unit_test tests[] = {
	UNIT_TEST(sends_every_valid_combination),
	UNIT_TEST(sends_the_same_in_x2apic_mode),
	UNIT_TEST(broadcasts_in_xapic_mode),
	UNIT_TEST(refuses_illegal_vectors),
	UNIT_TEST(interrupts_itself),
	UNIT_TEST(sends_while_disabled),
};

int main(void)
{
	return UNIT_RUN(tests);
}
