/*
 * Which local APICs a message comes to.
 *
 * modules: h5-multivcpu/apic/apic_bus.c h5-multivcpu/apic/local_apic.c
 * modules: h5-multivcpu/apic/local_apic_access.c
 * modules: h5-multivcpu/apic/local_apic_error.c
 * modules: h5-multivcpu/apic/local_apic_icr.c
 * modules: h5-multivcpu/apic/local_apic_interrupt.c
 * modules: h5-multivcpu/apic/local_apic_lint.c
 * modules: h5-multivcpu/apic/local_apic_lvt.c
 * modules: h5-multivcpu/apic/local_apic_timer.c
 */
#include "apics_fixture.h"

#define CPUS   20u
#define VECTOR 0x40

static const struct apic_message fixed = {
	.destination = APIC_BROADCAST,
	.all_but = APIC_NOBODY,
	.mode = APIC_FIXED,
	.vector = VECTOR,
};

static bool deliver(u32 destination, bool logical)
{
	struct apic_message message = fixed;

	message.destination = destination;
	message.logical = logical;
	return apic_bus_deliver(&apic_bus, &message);
}

static bool deliver_mode(u32 destination, enum apic_delivery_mode mode)
{
	struct apic_message message = fixed;

	message.destination = destination;
	message.mode = (u8)mode;
	return apic_bus_deliver(&apic_bus, &message);
}

/* Whom the interrupt has come to: bit n for CPU n. It has come once. */
static u32 who(void)
{
	u32 them = 0;

	for (u32 i = 0; i < CPUS; i++) {
		bool is_there = take(i) == VECTOR;

		CHECK_EQ(came[i].kicks, is_there);
		CHECK_EQ(take(i), -1);
		them |= (u32)is_there << i;
	}
	forget();
	return them;
}

static void finds_an_id(void)
{
	begin(CPUS);
	for (u32 id = 0; id < 300; id++) {
		CHECK_EQ(deliver(id, false), id < CPUS);
		CHECK_EQ(who(), id < CPUS ? 1u << id : 0);
	}
	CHECK(!deliver(0x80000000, false));
}

static void finds_all_or_all_but_one(void)
{
	struct apic_message message = fixed;

	begin(CPUS);
	CHECK(deliver(APIC_BROADCAST, false));
	CHECK_EQ(who(), 0xfffff);
	CHECK(deliver(APIC_BROADCAST, true));
	CHECK_EQ(who(), 0xfffff);
	message.all_but = 7;
	CHECK(apic_bus_deliver(&apic_bus, &message));
	CHECK_EQ(who(), 0xfff7f);
	message.all_but = 0;
	apic_bus.count = 1;
	CHECK(!apic_bus_deliver(&apic_bus, &message));
	apic_bus.count = 0;
	CHECK(!deliver(APIC_BROADCAST, false));
}

static void finds_logical_ids_in_the_flat_model(void)
{
	begin(CPUS);
	for (u32 i = 0; i < 8; i++) {
		put(i, APIC_LDR, 1u << i << 24);
	}
	put(9, APIC_LDR, 0x81000000);
	for (u32 mda = 0; mda < 0xff; mda++) {
		u32 expected = mda | ((mda & 0x81) != 0 ? 0x200 : 0);

		CHECK_EQ(deliver(mda, true), expected != 0);
		CHECK_EQ(who(), expected);
	}
	CHECK(!deliver(0x101, true));
	CHECK_EQ(who(), 0);
}

/* Four CPUs in each of five clusters. */
static void finds_logical_ids_in_the_cluster_model(void)
{
	begin(CPUS);
	for (u32 i = 0; i < CPUS; i++) {
		put(i, APIC_DFR, 0);
		put(i, APIC_LDR, i / 4 << 28 | 1u << i % 4 << 24);
	}
	for (u32 mda = 0; mda < 0xff; mda++) {
		u32 expected = mda >> 4 < 5 ? (mda & 0xf) << (mda >> 4) * 4 : 0;

		CHECK_EQ(deliver(mda, true), expected != 0);
		CHECK_EQ(who(), expected);
	}
}

static void finds_nobody_in_an_undefined_model(void)
{
	for (u32 model = 1; model < 15; model++) {
		begin(1);
		put(0, APIC_DFR, model << 28);
		put(0, APIC_LDR, 0xff000000);
		CHECK(!deliver(0xfe, true));
		CHECK(deliver(APIC_BROADCAST, true));
	}
}

static void finds_logical_ids_in_x2apic_mode(void)
{
	begin(CPUS);
	for (u32 i = 0; i < CPUS; i++) {
		CHECK(local_apic_set_base(&apics[i], X2APIC_MODE));
	}
	for (u32 i = 0; i < 16; i++) {
		CHECK(deliver(1u << i, true));
		CHECK_EQ(who(), 1u << i);
		CHECK_EQ(deliver(0x10000 | 1u << i, true), i < 4);
		CHECK_EQ(who(), i < 4 ? 0x10000u << i : 0);
	}
	CHECK(deliver(0x8421, true));
	CHECK_EQ(who(), 0x8421);
	CHECK(deliver(0x1ffff, true));
	CHECK_EQ(who(), 0xf0000);
	CHECK(!deliver(0x2ffff, true));
	CHECK(!deliver(0x10000, true));
	CHECK(!deliver(0, true));
	CHECK(deliver(17, false));
	CHECK_EQ(who(), 1u << 17);
}

static void finds_the_last_of_255(void)
{
	begin(APIC_BUS_MAX);
	CHECK(local_apic_set_base(&apics[254], X2APIC_MODE));
	CHECK(deliver(254, false));
	CHECK_EQ(take(254), VECTOR);
	CHECK(deliver(0x000f4000, true));
	CHECK_EQ(take(254), VECTOR);
	CHECK(deliver(253, false));
	CHECK_EQ(take(253), VECTOR);
}

/* For each delivery mode: does an APIC in some state take it? */
static void takes_what_its_state_allows(void)
{
	static const struct {
		bool enabled;
		bool disabled_by_software;
		bool off;
	} takes[8] = {
		[APIC_FIXED] = {true, false, false},
		[APIC_LOWEST_PRIORITY] = {true, false, false},
		[APIC_NMI] = {true, true, false},
		[APIC_INIT] = {true, true, false},
		[APIC_STARTUP] = {true, true, false},
		[APIC_EXTINT] = {true, false, false},
	};

	for (u32 mode = 0; mode < 8; mode++) {
		for (u32 i = 0; i < 2; i++) {
			u32 destination = i == 0 ? 1 : APIC_BROADCAST;

			begin(2);
			CHECK(local_apic_set_base(&apics[0], PAGE_BASE));
			CHECK_EQ(deliver_mode(destination, mode),
				 takes[mode].enabled);
			put(1, APIC_SVR, 0xff);
			CHECK_EQ(deliver_mode(destination, mode),
				 takes[mode].disabled_by_software);
			CHECK(local_apic_set_base(&apics[1], PAGE_BASE));
			CHECK_EQ(deliver_mode(destination, mode),
				 takes[mode].off);
		}
	}
}

static void hands_over_what_is_no_interrupt(void)
{
	begin(3);
	CHECK(deliver_mode(1, APIC_NMI));
	CHECK(deliver_mode(1, APIC_INIT));
	CHECK(deliver_mode(1, APIC_STARTUP));
	CHECK(deliver_mode(1, APIC_EXTINT));
	CHECK_EQ(came[1].nmis, 1);
	CHECK_EQ(came[1].inits, 1);
	CHECK_EQ(came[1].startups, 1);
	CHECK_EQ(came[1].startup_vector, VECTOR);
	CHECK_EQ(came[1].extints, 1);
	CHECK(deliver_mode(APIC_BROADCAST, APIC_NMI));
	CHECK_EQ(came[0].nmis, 1);
	CHECK_EQ(came[1].nmis, 2);
	CHECK_EQ(came[2].nmis, 1);
	CHECK_EQ(who(), 0);
}

static void prefers_the_lowest_priority(void)
{
	begin(4);
	for (u32 i = 0; i < 4; i++) {
		put(i, APIC_TPR, 0x80 - 0x10 * i);
	}
	CHECK(deliver_mode(APIC_BROADCAST, APIC_LOWEST_PRIORITY));
	CHECK_EQ(came[3].kicks, 1);
	put(3, APIC_SVR, 0xff);
	CHECK(deliver_mode(APIC_BROADCAST, APIC_LOWEST_PRIORITY));
	CHECK_EQ(came[2].kicks, 1);
	/* One that serves an interrupt has a priority from that. */
	put(3, APIC_SVR, 0x1ff);
	put(3, APIC_TPR, 0);
	local_apic_accept(&apics[3], 0xf0, false);
	CHECK_EQ(acknowledge(3), 0xf0);
	CHECK(deliver_mode(APIC_BROADCAST, APIC_LOWEST_PRIORITY));
	CHECK_EQ(came[2].kicks, 2);
	put(2, APIC_TPR, 0xff);
	put(1, APIC_TPR, 0xff);
	put(0, APIC_TPR, 0xff);
	CHECK(deliver_mode(APIC_BROADCAST, APIC_LOWEST_PRIORITY));
	CHECK_EQ(came[3].kicks, 2);
	CHECK_EQ(came[0].kicks + came[1].kicks, 0);
}

static void lets_equals_take_turns(void)
{
	struct apic_message message = fixed;

	begin(5);
	for (u32 i = 0; i < 5; i++) {
		put(i, APIC_LDR, 1u << i << 24);
	}
	message.mode = APIC_LOWEST_PRIORITY;
	message.logical = true;
	message.destination = 0x16;
	for (u32 i = 0; i < 9; i++) {
		CHECK(apic_bus_deliver(&apic_bus, &message));
	}
	CHECK_EQ(came[1].kicks, 3);
	CHECK_EQ(came[2].kicks, 3);
	CHECK_EQ(came[4].kicks, 3);
	message.destination = 0xe0;
	CHECK(!apic_bus_deliver(&apic_bus, &message));
	message.destination = 0x08;
	put(3, APIC_TPR, 0xff); /* the highest priority is one, too */
	CHECK(apic_bus_deliver(&apic_bus, &message));
	CHECK_EQ(came[3].kicks, 1);
	message.logical = false;
	message.destination = 3;
	CHECK(apic_bus_deliver(&apic_bus, &message));
	CHECK_EQ(came[3].kicks, 2);
}

static void says_whether_it_is_a_level(void)
{
	struct apic_message message = fixed;

	begin(1);
	message.level = true;
	CHECK(apic_bus_deliver(&apic_bus, &message));
	local_apic_take_posted(&apics[0]);
	CHECK_EQ(local_apic_level_vectors(&apics[0], VECTOR / 32), 1);
}

static void notes_an_illegal_vector_where_it_arrives(void)
{
	struct apic_message message = fixed;

	begin(1);
	message.vector = 7;
	CHECK(apic_bus_deliver(&apic_bus, &message));
	CHECK_EQ(take(0), -1);
	put(0, APIC_ESR, 0);
	CHECK_EQ(local_apic_register(&apics[0], APIC_ESR), 0x40);
}

/* From one guest's ICR to another's IRR. */
static void carries_commands(void)
{
	begin(CPUS);
	put(4, APIC_ICR_HIGH, 0x0b000000);
	put(4, APIC_ICR, VECTOR);
	CHECK_EQ(who(), 1u << 11);
	put(4, APIC_ICR_HIGH, 0x04000000); /* itself, by its ID: no message */
	put(4, APIC_ICR, VECTOR);
	CHECK_EQ(take(4), VECTOR);
	CHECK_EQ(who(), 0);
	put(4, APIC_ICR, 0x80000 | VECTOR);
	CHECK_EQ(who(), 0xfffff);
	put(4, APIC_ICR, 0xc0000 | VECTOR);
	CHECK_EQ(who(), 0xfffff & ~(1u << 4));
	put(4, APIC_ICR, 0xc4500); /* INIT, all excluding self */
	CHECK_EQ(came[4].inits, 0);
	CHECK_EQ(came[5].inits, 1);
}

/* Who is meant, by the words of the manual and no cleverness. */
static bool model_means(u32 id, bool x2apic, u32 ldr, u32 dfr,
			const struct apic_message *message)
{
	u32 mda = message->destination;
	u32 bits = 0;

	if (id == message->all_but) {
		return false;
	}
	if (mda == 0xffffffff || (!message->logical && mda == id)) {
		return true;
	}
	if (!message->logical) {
		return false;
	}
	if (x2apic) {
		return mda / 65536 == id / 16 && (mda >> id % 16 & 1) == 1;
	}
	if (dfr == 0xf) {
		bits = 0xff;
	} else if (dfr == 0 && mda / 16 == ldr / 16) {
		bits = 0x0f;
	}
	return mda < 256 && (mda & ldr & bits) != 0;
}

static u32 some_destination(void)
{
	switch (random_below(4)) {
	case 0:
		return (u32)random_below(0x20);
	case 1:
		return (u32)random_below(0xff);
	case 2:
		return (u32)random_below(3) << 16 | (u32)random_below(0x10000);
	default:
		return UINT32_MAX - (u32)random_below(2);
	}
}

static void means_whom_the_model_means(void)
{
	static const u8 models[] = {0xf, 0xf, 0x0, 0x0, 0x7};
	u32 ldr[CPUS];
	u32 dfr[CPUS];
	bool x2apic[CPUS];

	for (unsigned int round = 0; round < 50; round++) {
		begin(CPUS);
		for (u32 i = 0; i < CPUS; i++) {
			ldr[i] = (u32)random_below(0x100);
			dfr[i] = models[random_below(ARRAY_SIZE(models))];
			x2apic[i] = random_below(3) == 0;
			put(i, APIC_LDR, ldr[i] << 24);
			put(i, APIC_DFR, dfr[i] << 28);
			if (x2apic[i]) {
				local_apic_set_base(&apics[i], X2APIC_MODE);
			}
		}
		for (unsigned int i = 0; i < 100; i++) {
			struct apic_message message = fixed;
			u32 expected = 0;

			message.destination = some_destination();
			message.logical = random_below(2) == 0;
			message.all_but = random_below(3) == 0
						  ? (u32)random_below(CPUS)
						  : APIC_NOBODY;
			for (u32 id = 0; id < CPUS; id++) {
				expected |= (u32)model_means(id, x2apic[id],
							     ldr[id], dfr[id],
							     &message)
					    << id;
			}
			CHECK_EQ(apic_bus_deliver(&apic_bus, &message),
				 expected != 0);
			CHECK_EQ(who(), expected);
		}
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(finds_an_id),
	UNIT_TEST(finds_all_or_all_but_one),
	UNIT_TEST(finds_logical_ids_in_the_flat_model),
	UNIT_TEST(finds_logical_ids_in_the_cluster_model),
	UNIT_TEST(finds_nobody_in_an_undefined_model),
	UNIT_TEST(finds_logical_ids_in_x2apic_mode),
	UNIT_TEST(finds_the_last_of_255),
	UNIT_TEST(takes_what_its_state_allows),
	UNIT_TEST(hands_over_what_is_no_interrupt),
	UNIT_TEST(prefers_the_lowest_priority),
	UNIT_TEST(lets_equals_take_turns),
	UNIT_TEST(says_whether_it_is_a_level),
	UNIT_TEST(notes_an_illegal_vector_where_it_arrives),
	UNIT_TEST(carries_commands),
	UNIT_TEST(means_whom_the_model_means),
};

int main(void)
{
	return UNIT_RUN(tests);
}
