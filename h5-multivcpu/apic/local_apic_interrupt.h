#pragma once
/*
 * The way of an interrupt through a local APIC: posted, requested (IRR), in
 * service (ISR), over (EOI).
 *
 * SDM: "Interrupt Acceptance for Fixed Interrupts", "Task and Processor
 * Priorities", "Signaling Interrupt Servicing Completion".
 *
 * With virtual-interrupt delivery, the CPU does what local_apic_pending(),
 * ..._acknowledge() and ..._eoi() do; local_apic_highest_requested() is RVI and
 * ..._highest_in_service() is SVI. RVI has to become at least what is in
 * apic->requested.
 */
#include "apic/local_apic.h"

/*
 * From any CPU: an interrupt for the guest. Its APIC is enabled, as far as the
 * caller can see. An illegal vector, below 16, is noted in the ESR.
 */
void local_apic_post(struct local_apic *apic, u8 vector, bool level);

/* From any CPU: has something been posted that was not taken yet? One load. */
static inline bool local_apic_has_posted(const struct local_apic *apic)
{
	return __atomic_load_n(&apic->posted.outstanding, __ATOMIC_ACQUIRE) !=
	       0;
}

/* Takes over what was posted. False: nothing was. */
bool local_apic_take_posted_now(struct local_apic *apic);

static inline bool local_apic_take_posted(struct local_apic *apic)
{
	return local_apic_has_posted(apic) && local_apic_take_posted_now(apic);
}

/* An interrupt of this APIC's own: what post and take would do together. */
void local_apic_accept(struct local_apic *apic, u8 vector, bool level);

/* Puts a legal vector, 16 or above, into the IRR. */
void local_apic_request(struct local_apic *apic, u8 vector, bool level);

/* The vector that the CPU would get now, or -1. */
int local_apic_pending(const struct local_apic *apic);

/* Does the processor priority let this vector through? */
bool local_apic_lets_through(const struct local_apic *apic, u8 vector);

/* What local_apic_pending() has given is in service from now on. */
void local_apic_serve(struct local_apic *apic, u8 vector);

/*
 * Both at once: the vector that the CPU gets. Without one, it is the
 * spurious-interrupt vector, and nothing is in service.
 */
u8 local_apic_acknowledge(struct local_apic *apic);

/* The interrupt of highest priority that is in service is over. */
void local_apic_eoi(struct local_apic *apic);

/*
 * What an EOI does besides, if the vector's last interrupt was level-triggered.
 * The CPU calls for it with an EOI-induced VM exit.
 */
void local_apic_eoi_broadcast(struct local_apic *apic, u8 vector);

/* The highest vector in the IRR or the ISR, or -1. */
int local_apic_highest_requested(const struct local_apic *apic);
int local_apic_highest_in_service(const struct local_apic *apic);

/* 32 vectors from 32 * i on, i below 8: which are level-triggered (TMR)? */
static inline u32 local_apic_level_vectors(const struct local_apic *apic,
					   unsigned int i)
{
	return local_apic_register(apic, APIC_TMR + 16 * i);
}

/* The processor priority, computed anew from the TPR and the ISR. */
u8 local_apic_processor_priority(const struct local_apic *apic);

/* The task priority; CR8 is its upper half: "Task Priority in IA-32e Mode". */
static inline u8 local_apic_task_priority(const struct local_apic *apic)
{
	return (u8)local_apic_register(apic, APIC_TPR);
}

void local_apic_set_task_priority(struct local_apic *apic, u8 priority);

static inline u8 local_apic_cr8(const struct local_apic *apic)
{
	return local_apic_task_priority(apic) >> 4;
}

/* MOV to CR8. False: reserved bits, #GP. */
static inline bool local_apic_set_cr8(struct local_apic *apic, u64 value)
{
	if (value > 0xf) {
		return false;
	}
	local_apic_set_task_priority(apic, (u8)(value << 4));
	return true;
}
