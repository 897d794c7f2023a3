#pragma once
/*
 * A local APIC whose owner remembers what it was asked for, with a TSC that
 * tests set.
 */
#include "apic/local_apic.h"
#include "apic/local_apic_access.h"
#include "apic/local_apic_error.h"
#include "apic/local_apic_interrupt.h"
#include "apic/local_apic_lint.h"
#include "apic/local_apic_timer.h"
#include "cpu/msr.h"
#include "random.h"
#include "unit.h"

#define APIC_PAGE   0xfee00000ull
#define XAPIC_MODE  (APIC_PAGE | APIC_BASE_EN)
#define X2APIC_MODE (APIC_PAGE | APIC_BASE_EN | APIC_BASE_EXTD)

static u32 apic_page[1024] __attribute__((aligned(4096)));
static struct local_apic apic;

static struct {
	u64 tsc;
	u64 alarm;
	unsigned int alarms; /* how often it was set */
	struct apic_message message;
	unsigned int messages;
	u8 eoi;
	unsigned int eois;
} owner;

static inline u64 owner_tsc(void *context)
{
	CHECK(context == &owner);
	return owner.tsc;
}

static inline void owner_set_timer(void *context, u64 deadline)
{
	CHECK(context == &owner);
	owner.alarm = deadline;
	owner.alarms++;
}

static inline void owner_send(void *context, const struct apic_message *message)
{
	CHECK(context == &owner);
	owner.message = *message;
	owner.messages++;
}

static inline void owner_eoi(void *context, u8 vector)
{
	CHECK(context == &owner);
	owner.eoi = vector;
	owner.eois++;
}

static const struct local_apic_ops owner_ops = {
	owner_tsc,
	owner_set_timer,
	owner_send,
	owner_eoi,
};

/* What is no register keeps what it was filled with. */
static inline void begin_with(u32 id, bool boot_processor)
{
	memset(&owner, 0, sizeof(owner));
	memset(apic_page, 0xa5, sizeof(apic_page));
	apic = (struct local_apic){
		.page = apic_page,
		.id = id,
		.boot_processor = boot_processor,
		.maxphyaddr = 40,
		.ops = &owner_ops,
		.context = &owner,
	};
	owner.tsc = 1000000;
	local_apic_reset(&apic);
}

static inline u32 get(u32 offset)
{
	return (u32)local_apic_read(&apic, offset, 4);
}

static inline void put(u32 offset, u32 value)
{
	local_apic_write(&apic, offset, 4, value);
}

static inline bool rdmsr(u32 offset, u64 *value)
{
	return local_apic_msr_read(&apic, IA32_X2APIC_BASE + offset / 16,
				   value);
}

static inline bool wrmsr(u32 offset, u64 value)
{
	return local_apic_msr_write(&apic, IA32_X2APIC_BASE + offset / 16,
				    value);
}

/* APIC 3, enabled by software, nothing in its vector table. */
static inline void begin(void)
{
	begin_with(3, false);
	put(APIC_SVR, 0x1ff);
}

static inline void begin_x2apic(void)
{
	begin();
	CHECK(local_apic_set_base(&apic, X2APIC_MODE));
}

static inline u32 esr(void)
{
	put(APIC_ESR, 0);
	return get(APIC_ESR);
}

/* Takes the next interrupt into service and ends it: its vector, or -1. */
static inline int take(void)
{
	int vector;

	local_apic_take_posted(&apic);
	vector = local_apic_pending(&apic);
	if (vector >= 0) {
		CHECK_EQ(local_apic_acknowledge(&apic), vector);
		local_apic_eoi(&apic);
	}
	return vector;
}
