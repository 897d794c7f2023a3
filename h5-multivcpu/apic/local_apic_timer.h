#pragma once
/*
 * The timer of a local APIC: one-shot, periodic or TSC-deadline.
 *
 * SDM: "APIC Timer", "TSC-Deadline Mode". A count is not counted down: it is
 * computed from the guest's TSC when it is read. An alarm, set_timer of the
 * ops, is needed only for the interrupt.
 *
 * Between one-shot and periodic mode, the count goes on as CPUs let it, though
 * the manual has every change of mode disarm the timer; programs that start
 * the timer before they choose the mode exist. A change from or to TSC-deadline
 * mode does disarm it. The reserved mode is as TSC-deadline mode.
 */
#include "apic/local_apic.h"

/*
 * The shortest time between two interrupts of a periodic timer, in ticks of
 * the TSC. One that is programmed faster loses some of them.
 */
#define LOCAL_APIC_TIMER_PERIOD_MIN 0x4000u

/* The deadline that was given to set_timer has passed; too early is harmless.
 */
void local_apic_timer_expired(struct local_apic *apic);

/* What set_timer was last told, for an owner that has to say it again. */
static inline u64 local_apic_timer_next(const struct local_apic *apic)
{
	return apic->timer.deadline;
}

/*
 * The guest's TSC jumped: it is greater by so much, modulo 2^64, than it would
 * have been. A count does not follow, a TSC deadline does. Calls set_timer if
 * the timer runs.
 */
void local_apic_timer_tsc_moved(struct local_apic *apic, u64 by);

/*
 * IA32_TSC_DEADLINE: 0 where it is not armed, or in another mode. The TSC's
 * last moment of all never comes.
 */
u64 local_apic_timer_tsc_deadline(const struct local_apic *apic);
void local_apic_timer_set_tsc_deadline(struct local_apic *apic, u64 deadline);

/* The registers. mode: the bits APIC_LVT_TIMER_MODE. */
void local_apic_timer_reset(struct local_apic *apic);
void local_apic_timer_set_mode(struct local_apic *apic, u32 mode);
void local_apic_timer_set_initial_count(struct local_apic *apic, u32 count);
void local_apic_timer_set_divide(struct local_apic *apic, u32 divide);
u32 local_apic_timer_current_count(const struct local_apic *apic);
