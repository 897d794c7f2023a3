#include "apic/local_apic_interrupt.h"
#include "apic/local_apic_error.h"
#include "apic/local_apic_lint.h"

/* IRR, ISR and TMR: 256 bits in eight registers each. */
#define BIT_REGISTERS 8u

#define ILLEGAL_VECTORS (BIT(APIC_FIRST_VECTOR) - 1)

/* Where the bit of a vector is, from the first of the eight registers on. */
static u32 offset_of(u8 vector)
{
	return vector / 32 * 16;
}

static u32 mask_of(u8 vector)
{
	return 1u << vector % 32;
}

static void set(struct local_apic *apic, u32 first, u8 vector)
{
	u32 offset = first + offset_of(vector);

	local_apic_put(apic, offset,
		       local_apic_register(apic, offset) | mask_of(vector));
}

static void unset(struct local_apic *apic, u32 first, u8 vector)
{
	u32 offset = first + offset_of(vector);

	local_apic_put(apic, offset,
		       local_apic_register(apic, offset) & ~mask_of(vector));
}

/* On the way of every interrupt, so without the arithmetic of a loop. */
static int highest(const struct local_apic *apic, u32 first)
{
	const u32 *registers = &apic->page[first / 4];

#pragma GCC unroll 8
	for (unsigned int i = BIT_REGISTERS; i-- > 0;) {
		u32 bits = __atomic_load_n(&registers[4 * i], __ATOMIC_RELAXED);

		if (bits != 0) {
			return (int)(32 * i + 31) - __builtin_clz(bits);
		}
	}
	return -1;
}

int local_apic_highest_requested(const struct local_apic *apic)
{
	return highest(apic, APIC_IRR);
}

int local_apic_highest_in_service(const struct local_apic *apic)
{
	return highest(apic, APIC_ISR);
}

/*
 * The vector goes in before the flag: whoever takes the flag and finds no
 * vector yet will see the flag again.
 */
void local_apic_post(struct local_apic *apic, u8 vector, bool level)
{
	struct local_apic_posted *posted = &apic->posted;
	u64 *levels = &posted->level[vector / 64];
	u64 bit = BIT(vector % 64);

	if (level) {
		__atomic_fetch_or(levels, bit, __ATOMIC_RELAXED);
	} else if ((__atomic_load_n(levels, __ATOMIC_RELAXED) & bit) != 0) {
		__atomic_fetch_and(levels, ~bit, __ATOMIC_RELAXED);
	}
	__atomic_fetch_or(&posted->vectors[vector / 64], bit, __ATOMIC_RELEASE);
	__atomic_store_n(&posted->outstanding, 1, __ATOMIC_RELEASE);
}

/* 32 vectors from 32 * i on, not none. */
static void request_all(struct local_apic *apic, unsigned int i, u32 vectors,
			u32 level)
{
	u32 irr = APIC_IRR + 16 * i;
	u32 tmr = APIC_TMR + 16 * i;
	u32 levels = local_apic_register(apic, tmr);
	u8 highest = (u8)(32 * i + 31 - (unsigned int)__builtin_clz(vectors));

	local_apic_put(apic, irr, local_apic_register(apic, irr) | vectors);
	if (highest > apic->requested) {
		apic->requested = highest;
	}
	if (((levels ^ level) & vectors) != 0) {
		local_apic_put(apic, tmr,
			       levels ^ ((levels ^ level) & vectors));
		apic->levels_changed = true;
	}
}

/* 64 vectors from 64 * i on. */
static void take(struct local_apic *apic, unsigned int i)
{
	struct local_apic_posted *posted = &apic->posted;
	u64 vectors =
		__atomic_exchange_n(&posted->vectors[i], 0, __ATOMIC_ACQUIRE);
	u64 level = __atomic_load_n(&posted->level[i], __ATOMIC_RELAXED);

	/* The sender did not see yet that the APIC was switched off. */
	if ((apic->base & APIC_BASE_EN) == 0) {
		return;
	}
	if (i == 0 && (vectors & ILLEGAL_VECTORS) != 0) {
		vectors &= ~ILLEGAL_VECTORS;
		local_apic_error_note(apic, APIC_ESR_RECEIVE_ILLEGAL_VECTOR);
	}
	if ((u32)vectors != 0) {
		request_all(apic, 2 * i, (u32)vectors, (u32)level);
	}
	if (vectors >> 32 != 0) {
		request_all(apic, 2 * i + 1, (u32)(vectors >> 32),
			    (u32)(level >> 32));
	}
}

bool local_apic_take_posted_now(struct local_apic *apic)
{
	struct local_apic_posted *posted = &apic->posted;

	__atomic_exchange_n(&posted->outstanding, 0, __ATOMIC_SEQ_CST);
	for (unsigned int i = 0; i < ARRAY_SIZE(posted->vectors); i++) {
		if (__atomic_load_n(&posted->vectors[i], __ATOMIC_RELAXED) !=
		    0) {
			take(apic, i);
		}
	}
	return true;
}

void local_apic_request(struct local_apic *apic, u8 vector, bool level)
{
	request_all(apic, vector / 32, mask_of(vector),
		    level ? mask_of(vector) : 0);
}

void local_apic_accept(struct local_apic *apic, u8 vector, bool level)
{
	if (vector < APIC_FIRST_VECTOR) {
		local_apic_error_note(apic, APIC_ESR_RECEIVE_ILLEGAL_VECTOR);
	} else {
		local_apic_request(apic, vector, level);
	}
}

/* What counts of a vector or a priority is its upper half. */
static unsigned int class_of(unsigned int priority)
{
	return priority >> 4;
}

/*
 * The register PPR may be too high, since with a TPR shadow the CPU lowers the
 * TPR alone; but its class is never below that of what is in service. So the
 * ISR has to be looked at only where that does not settle it.
 */
u8 local_apic_processor_priority(const struct local_apic *apic)
{
	u8 task = local_apic_task_priority(apic);
	u8 bound = (u8)local_apic_register(apic, APIC_PPR);
	int in_service;

	if (class_of(task) >= class_of(bound)) {
		return task;
	}
	in_service = local_apic_highest_in_service(apic);
	if (in_service < 0 ||
	    class_of(task) >= class_of((unsigned int)in_service)) {
		return task;
	}
	return in_service & 0xf0;
}

static void update_priority(struct local_apic *apic)
{
	local_apic_put(apic, APIC_PPR, local_apic_processor_priority(apic));
}

void local_apic_set_task_priority(struct local_apic *apic, u8 priority)
{
	local_apic_put(apic, APIC_TPR, priority);
	update_priority(apic);
}

bool local_apic_lets_through(const struct local_apic *apic, u8 vector)
{
	u8 task = local_apic_task_priority(apic);
	u8 bound = (u8)local_apic_register(apic, APIC_PPR);

	if (class_of(vector) > class_of(task | bound)) {
		return true;
	}
	return class_of(vector) > class_of(local_apic_processor_priority(apic));
}

int local_apic_pending(const struct local_apic *apic)
{
	int requested = local_apic_highest_requested(apic);

	if (requested < 0 || !local_apic_lets_through(apic, (u8)requested)) {
		return -1;
	}
	return requested;
}

void local_apic_serve(struct local_apic *apic, u8 vector)
{
	unset(apic, APIC_IRR, vector);
	set(apic, APIC_ISR, vector);
	local_apic_put(apic, APIC_PPR, vector & 0xf0);
}

u8 local_apic_acknowledge(struct local_apic *apic)
{
	int pending = local_apic_pending(apic);

	if (pending < 0) {
		return local_apic_register(apic, APIC_SVR) & APIC_SVR_VECTOR;
	}
	local_apic_serve(apic, (u8)pending);
	return (u8)pending;
}

static bool is_level(const struct local_apic *apic, u8 vector)
{
	u32 offset = APIC_TMR + offset_of(vector);

	return (local_apic_register(apic, offset) & mask_of(vector)) != 0;
}

RARELY static void end_level(struct local_apic *apic, u8 vector)
{
	u32 svr = local_apic_register(apic, APIC_SVR);

	local_apic_lint_eoi(apic, vector);
	if ((svr & APIC_SVR_NO_EOI_BROADCAST) == 0) {
		apic->ops->eoi(apic->context, vector);
	}
}

void local_apic_eoi_broadcast(struct local_apic *apic, u8 vector)
{
	if (is_level(apic, vector)) {
		end_level(apic, vector);
	}
}

void local_apic_eoi(struct local_apic *apic)
{
	int in_service = local_apic_highest_in_service(apic);

	if (in_service < 0) {
		return;
	}
	unset(apic, APIC_ISR, (u8)in_service);
	update_priority(apic);
	local_apic_eoi_broadcast(apic, (u8)in_service);
}
