/*
 * Interrupts on their way through a local APIC, compared with a simple model
 * of it.
 *
 * modules: h5-multivcpu/apic/local_apic.c h5-multivcpu/apic/local_apic_lvt.c
 * modules: h5-multivcpu/apic/local_apic_access.c
 * modules: h5-multivcpu/apic/local_apic_error.c
 * modules: h5-multivcpu/apic/local_apic_icr.c
 * modules: h5-multivcpu/apic/local_apic_interrupt.c
 * modules: h5-multivcpu/apic/local_apic_lint.c
 * modules: h5-multivcpu/apic/local_apic_timer.c
 */
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include "local_apic_fixture.h"

/* A vector for each of its states. */
static struct {
	bool posted[256];
	bool posted_level[256];
	bool irr[256];
	bool isr[256];
	bool tmr[256];
	u8 tpr;
	bool no_broadcast;
	bool error;
} model;

static int model_highest(const bool *set)
{
	int highest = -1;

	for (int i = 0; i < 256; i++) {
		highest = set[i] ? i : highest;
	}
	return highest;
}

static u8 model_ppr(void)
{
	int isr = model_highest(model.isr);

	if (isr < 0 || model.tpr / 16 >= isr / 16) {
		return model.tpr;
	}
	return (u8)(isr / 16 * 16);
}

static int model_pending(void)
{
	int irr = model_highest(model.irr);

	return irr >= 0 && irr / 16 > model_ppr() / 16 ? irr : -1;
}

static void model_accept(u8 vector, bool level)
{
	if (vector / 16 == 0) {
		model.error = true;
		return;
	}
	model.irr[vector] = true;
	model.tmr[vector] = level;
}

static void check_bits(u32 first, const bool *expected)
{
	for (u32 i = 0; i < 8; i++) {
		u32 bits = 0;

		for (u32 bit = 0; bit < 32; bit++) {
			bits |= (u32)expected[32 * i + bit] << bit;
		}
		if (!CHECK_EQ(get(first + 16 * i), bits)) {
			printf("# register %#x\n", first + 16 * i);
		}
	}
}

static void check_model(void)
{
	check_bits(APIC_IRR, model.irr);
	check_bits(APIC_ISR, model.isr);
	check_bits(APIC_TMR, model.tmr);
	CHECK_EQ(get(APIC_TPR), model.tpr);
	CHECK_EQ(get(APIC_PPR), model_ppr());
	CHECK_EQ(apic_page[APIC_PPR / 4], model_ppr());
	CHECK_EQ(local_apic_pending(&apic), model_pending());
	CHECK_EQ(local_apic_highest_requested(&apic), model_highest(model.irr));
	CHECK_EQ(local_apic_highest_in_service(&apic),
		 model_highest(model.isr));
}

static void post(u8 vector, bool level)
{
	local_apic_post(&apic, vector, level);
	model.posted[vector] = true;
	model.posted_level[vector] = level;
	CHECK(local_apic_has_posted(&apic));
}

static void take_posted(void)
{
	bool any = false;

	for (unsigned int i = 0; i < 256; i++) {
		if (model.posted[i]) {
			model_accept((u8)i, model.posted_level[i]);
			any = true;
		}
		model.posted[i] = false;
	}
	CHECK_EQ(local_apic_take_posted(&apic), any);
	CHECK(!local_apic_has_posted(&apic));
}

static void acknowledge(void)
{
	int pending = model_pending();

	if (pending < 0) {
		CHECK_EQ(local_apic_acknowledge(&apic), 0xff); /* spurious */
		return;
	}
	model.irr[pending] = false;
	model.isr[pending] = true;
	CHECK_EQ(local_apic_acknowledge(&apic), pending);
}

static void end(void)
{
	int isr = model_highest(model.isr);
	bool broadcast = isr >= 0 && model.tmr[isr] && !model.no_broadcast;

	if (isr >= 0) {
		model.isr[isr] = false;
	}
	owner.eois = 0;
	put(APIC_EOI, (u32)random_u64());
	CHECK_EQ(owner.eois, broadcast);
	if (broadcast) {
		CHECK_EQ(owner.eoi, isr);
	}
}

static void set_priority(u8 priority)
{
	model.tpr = priority;
	if (random_below(2) == 0) {
		put(APIC_TPR, priority | (u32)random_u64() << 8);
	} else {
		model.tpr &= 0xf0;
		CHECK(local_apic_set_cr8(&apic, priority >> 4));
	}
	CHECK_EQ(local_apic_cr8(&apic), priority >> 4);
}

static void set_broadcast(bool off)
{
	model.no_broadcast = off;
	put(APIC_SVR, off ? 0x11ff : 0x1ff);
}

/* Few vectors, so that they meet, or any. */
static u8 some_vector(void)
{
	static const u8 few[] = {0x1f, 0x20, 0x2f, 0x30, 0xf0, 0xff, 0x0f};

	return random_below(2) == 0 ? few[random_below(ARRAY_SIZE(few))]
				    : (u8)random_u64();
}

static void do_something(void)
{
	bool level = random_below(3) == 0;
	u8 vector = some_vector();

	switch (random_below(16)) {
	case 0 ... 3:
		post(vector, level);
		break;
	case 4 ... 5:
		take_posted();
		break;
	case 6:
		local_apic_accept(&apic, vector, level);
		model_accept(vector, level);
		break;
	case 7 ... 9:
		acknowledge();
		break;
	case 10 ... 13:
		end();
		break;
	case 14:
		set_priority(random_below(2) == 0 ? 0 : vector);
		break;
	default:
		set_broadcast(level);
		break;
	}
}

static void does_as_the_model(void)
{
	for (unsigned int round = 0; round < 60; round++) {
		begin();
		memset(&model, 0, sizeof(model));
		for (unsigned int i = 0; i < 300; i++) {
			do_something();
			check_model();
		}
		CHECK_EQ(esr(), model.error ? 0x40 : 0);
	}
}

static void orders_by_priority(void)
{
	begin();
	for (unsigned int vector = 16; vector < 256; vector++) {
		local_apic_post(&apic, (u8)vector, false);
	}
	for (unsigned int vector = 255; vector >= 16; vector--) {
		CHECK_EQ(take(), (int)vector);
	}
	CHECK_EQ(take(), -1);
}

static void nests_by_class(void)
{
	begin();
	local_apic_accept(&apic, 0x45, false);
	CHECK_EQ(local_apic_acknowledge(&apic), 0x45);
	local_apic_accept(&apic, 0x4f, false); /* the same class */
	CHECK_EQ(local_apic_pending(&apic), -1);
	local_apic_accept(&apic, 0x50, false);
	CHECK_EQ(local_apic_acknowledge(&apic), 0x50);
	CHECK_EQ(get(APIC_PPR), 0x50);
	local_apic_eoi(&apic);
	CHECK_EQ(get(APIC_PPR), 0x40);
	CHECK_EQ(local_apic_pending(&apic), -1);
	local_apic_eoi(&apic);
	CHECK_EQ(local_apic_pending(&apic), 0x4f);
}

static void repeats_an_interrupt_that_comes_during_its_service(void)
{
	begin();
	local_apic_accept(&apic, 0x45, false);
	CHECK_EQ(local_apic_acknowledge(&apic), 0x45);
	local_apic_accept(&apic, 0x45, false);
	local_apic_accept(&apic, 0x45, false); /* into the same bit */
	local_apic_eoi(&apic);
	CHECK_EQ(take(), 0x45);
	CHECK_EQ(take(), -1);
}

static void looks_at_the_priority_that_the_cpu_wrote(void)
{
	begin();
	local_apic_accept(&apic, 0x45, false);
	apic_page[APIC_TPR / 4] = 0x40; /* a TPR shadow: PPR is not updated */
	CHECK_EQ(local_apic_pending(&apic), -1);
	apic_page[APIC_TPR / 4] = 0x3f;
	CHECK_EQ(local_apic_pending(&apic), 0x45);
	CHECK_EQ(local_apic_acknowledge(&apic), 0x45);
	put(APIC_TPR, 0x8f);
	apic_page[APIC_TPR / 4] = 0x10; /* lowered, with one in service */
	local_apic_accept(&apic, 0x4f, false);
	CHECK_EQ(local_apic_pending(&apic), -1);
	CHECK_EQ(get(APIC_PPR), 0x40);
	local_apic_accept(&apic, 0x50, false);
	CHECK_EQ(local_apic_pending(&apic), 0x50);
	apic_page[APIC_TPR / 4] = 0x4c;
	CHECK_EQ(get(APIC_PPR), 0x4c);
}

static void keeps_the_last_trigger_mode(void)
{
	begin();
	local_apic_post(&apic, 0x45, true);
	local_apic_post(&apic, 0x45, false);
	CHECK_EQ(take(), 0x45);
	CHECK_EQ(owner.eois, 0);
	local_apic_post(&apic, 0x45, false);
	local_apic_post(&apic, 0x45, true);
	local_apic_take_posted(&apic);
	CHECK_EQ(local_apic_level_vectors(&apic, 2), 1u << 5);
	CHECK_EQ(take(), 0x45);
	CHECK_EQ(owner.eois, 1);
}

static void broadcasts_what_the_cpu_has_ended(void)
{
	begin();
	local_apic_accept(&apic, 0x45, true);
	local_apic_accept(&apic, 0x46, false);
	local_apic_eoi_broadcast(&apic, 0x46);
	CHECK_EQ(owner.eois, 0);
	local_apic_eoi_broadcast(&apic, 0x45);
	CHECK_EQ(owner.eois, 1);
	CHECK_EQ(owner.eoi, 0x45);
}

static void refuses_reserved_bits_of_cr8(void)
{
	begin();
	CHECK(local_apic_set_cr8(&apic, 0xf));
	CHECK_EQ(get(APIC_TPR), 0xf0);
	CHECK(!local_apic_set_cr8(&apic, 0x10));
	CHECK(!local_apic_set_cr8(&apic, BIT(63)));
	CHECK_EQ(local_apic_cr8(&apic), 0xf);
}

/* While disabled by software, what was requested before is still taken. */
static void delivers_what_is_left_when_disabled(void)
{
	begin();
	local_apic_accept(&apic, 0x45, false);
	put(APIC_SVR, 0xff);
	CHECK_EQ(take(), 0x45);
}

static void interrupts_for_an_error(void)
{
	begin();
	put(APIC_LVT_ERROR, 0xfe);
	local_apic_post(&apic, 5, false);
	CHECK_EQ(take(), 0xfe);
	local_apic_post(&apic, 5, false); /* not armed */
	CHECK_EQ(take(), -1);
	CHECK_EQ(get(APIC_ESR), 0);
	CHECK_EQ(esr(), 0x40);
	CHECK_EQ(get(APIC_ESR), 0x40);
	CHECK_EQ(esr(), 0);
	local_apic_post(&apic, 5, false);
	CHECK_EQ(take(), 0xfe);
}

static void survives_an_error_interrupt_with_an_illegal_vector(void)
{
	begin();
	put(APIC_LVT_ERROR, 3);
	put(0x50, 0);
	CHECK_EQ(take(), -1);
	CHECK_EQ(esr(), 0xc0);
}

#define POSTERS 3u
#define POSTS	3000u

static u32 answered[POSTERS];

/* Posts again only when the last one has been served: none must be lost. */
static void *post_many(void *argument)
{
	u32 *mine = argument;
	u8 vector = (u8)(0x30 + 0x41 * (mine - answered));

	for (u32 i = 1; i <= POSTS; i++) {
		local_apic_post(&apic, vector, i % 2 == 0);
		while (__atomic_load_n(mine, __ATOMIC_ACQUIRE) != i) {
			sched_yield();
		}
	}
	return NULL;
}

static void loses_nothing_that_others_post(void)
{
	pthread_t threads[POSTERS];
	u32 seen = 0;

	alarm(10); /* ends the test if one waits in vain */
	begin();
	memset(answered, 0, sizeof(answered));
	for (unsigned int i = 0; i < POSTERS; i++) {
		CHECK_EQ(pthread_create(&threads[i], NULL, post_many,
					&answered[i]),
			 0);
	}
	while (seen < POSTERS * POSTS) {
		int vector = take();

		if (vector >= 0) {
			seen++;
			__atomic_fetch_add(&answered[(vector - 0x30) / 0x41], 1,
					   __ATOMIC_RELEASE);
		}
	}
	for (unsigned int i = 0; i < POSTERS; i++) {
		pthread_join(threads[i], NULL);
	}
	CHECK_EQ(owner.eois, POSTERS * POSTS / 2);
	CHECK_EQ(take(), -1);
}

static const struct unit_test tests[] = {
	UNIT_TEST(does_as_the_model),
	UNIT_TEST(orders_by_priority),
	UNIT_TEST(nests_by_class),
	UNIT_TEST(repeats_an_interrupt_that_comes_during_its_service),
	UNIT_TEST(looks_at_the_priority_that_the_cpu_wrote),
	UNIT_TEST(keeps_the_last_trigger_mode),
	UNIT_TEST(broadcasts_what_the_cpu_has_ended),
	UNIT_TEST(refuses_reserved_bits_of_cr8),
	UNIT_TEST(delivers_what_is_left_when_disabled),
	UNIT_TEST(interrupts_for_an_error),
	UNIT_TEST(survives_an_error_interrupt_with_an_illegal_vector),
	UNIT_TEST(loses_nothing_that_others_post),
};

int main(void)
{
	return UNIT_RUN(tests);
}
