#pragma once
/*
 * The local APICs of a machine on their bus, and an owner that counts what the
 * bus asks for.
 */
#include "apic/apic_bus.h"
#include "apic/local_apic_access.h"
#include "apic/local_apic_interrupt.h"
#include "cpu/msr.h"
#include "random.h"
#include "unit.h"

#define PAGE_BASE   0xfee00000ull
#define XAPIC_MODE  (PAGE_BASE | APIC_BASE_EN)
#define X2APIC_MODE (PAGE_BASE | APIC_BASE_EN | APIC_BASE_EXTD)

static u32 pages[APIC_BUS_MAX][1024] __attribute__((aligned(4096)));
static struct local_apic apics[APIC_BUS_MAX];
static struct apic_bus apic_bus;

/* What came to each of the CPUs since forget(). */
static struct {
	unsigned int kicks;
	unsigned int nmis;
	unsigned int inits;
	unsigned int startups;
	unsigned int extints;
	u8 startup_vector;
} came[APIC_BUS_MAX];

static inline void came_kick(void *context, u32 index)
{
	CHECK(context == came);
	CHECK(local_apic_has_posted(&apics[index]));
	came[index].kicks++;
}

static inline void came_nmi(void *context, u32 index)
{
	CHECK(context == came);
	came[index].nmis++;
}

static inline void came_init(void *context, u32 index)
{
	CHECK(context == came);
	came[index].inits++;
}

static inline void came_startup(void *context, u32 index, u8 vector)
{
	CHECK(context == came);
	came[index].startups++;
	came[index].startup_vector = vector;
}

static inline void came_extint(void *context, u32 index)
{
	CHECK(context == came);
	came[index].extints++;
}

static const struct apic_bus_ops came_ops = {
	came_kick, came_nmi, came_init, came_startup, came_extint,
};

static inline u64 no_tsc(void *context)
{
	(void)context;
	return 0;
}

static inline void no_timer(void *context, u64 deadline)
{
	(void)context;
	(void)deadline;
}

static inline void send_on_bus(void *context,
			       const struct apic_message *message)
{
	apic_bus_deliver(context, message);
}

/* Who hears of the end of an interrupt; tests of the I/O APIC set it. */
static void (*eoi_listener)(u8 vector);

static inline void tell_eoi(void *context, u8 vector)
{
	(void)context;
	if (eoi_listener != NULL) {
		eoi_listener(vector);
	}
}

static const struct local_apic_ops bus_apic_ops = {
	no_tsc,
	no_timer,
	send_on_bus,
	tell_eoi,
};

static inline void put(u32 index, u32 offset, u32 value)
{
	local_apic_write(&apics[index], offset, 4, value);
}

static inline void forget(void)
{
	memset(came, 0, sizeof(came));
}

/* So many APICs, all of them enabled by software, in xAPIC mode. */
static inline void begin(u32 count)
{
	apic_bus = (struct apic_bus){
		.count = count, .ops = &came_ops, .context = came};
	for (u32 i = 0; i < count; i++) {
		apics[i] = (struct local_apic){
			.page = pages[i],
			.id = i,
			.boot_processor = i == 0,
			.maxphyaddr = 36,
			.ops = &bus_apic_ops,
			.context = &apic_bus,
		};
		apic_bus.apics[i] = &apics[i];
		local_apic_reset(&apics[i]);
		put(i, APIC_SVR, 0x1ff);
	}
	forget();
}

/* Takes the next interrupt of a CPU into service: its vector, or -1. */
static inline int acknowledge(u32 index)
{
	int vector;

	local_apic_take_posted(&apics[index]);
	vector = local_apic_pending(&apics[index]);
	if (vector >= 0) {
		local_apic_acknowledge(&apics[index]);
	}
	return vector;
}

/* The same, and ends it. */
static inline int take(u32 index)
{
	int vector = acknowledge(index);

	if (vector >= 0) {
		local_apic_eoi(&apics[index]);
	}
	return vector;
}
