#include "apic/local_apic_timer.h"
#include "apic/local_apic_interrupt.h"

static u64 now(const struct local_apic *apic)
{
	return apic->ops->tsc(apic->context);
}

/* A moment beyond the end of the TSC never comes. */
static u64 later(u64 moment, u64 ticks)
{
	return moment > LOCAL_APIC_NEVER - ticks ? LOCAL_APIC_NEVER
						 : moment + ticks;
}

static bool is_tsc_deadline(const struct local_apic_timer *timer)
{
	return (timer->mode & APIC_LVT_TIMER_TSC_DEADLINE) != 0;
}

static bool is_periodic(const struct local_apic_timer *timer)
{
	return timer->mode == APIC_LVT_TIMER_PERIODIC;
}

static bool is_running(const struct local_apic_timer *timer)
{
	return timer->deadline != LOCAL_APIC_NEVER;
}

static void set_alarm(struct local_apic *apic, u64 deadline)
{
	if (apic->timer.deadline != deadline) {
		apic->timer.deadline = deadline;
		apic->ops->set_timer(apic->context, deadline);
	}
}

static void start(struct local_apic *apic, u64 due)
{
	apic->timer.due = due;
	set_alarm(apic, due);
}

static void interrupt(struct local_apic *apic)
{
	u32 entry = local_apic_register(apic, APIC_LVT_TIMER);

	if ((entry & APIC_LVT_MASKED) == 0) {
		local_apic_accept(apic, entry & APIC_LVT_VECTOR, false);
	}
}

/*
 * The count begins anew, without drift: from where it should have, not from
 * now. Rounds that went by meanwhile are lost.
 */
static void begin_next_period(struct local_apic *apic, u64 moment)
{
	struct local_apic_timer *timer = &apic->timer;
	u64 period = (u64)timer->initial << timer->shift;
	u64 rounds = (moment - timer->due) / period + 1;

	timer->due = later(timer->due, rounds * period);
	set_alarm(apic, max_u64(timer->due,
				later(moment, LOCAL_APIC_TIMER_PERIOD_MIN)));
}

void local_apic_timer_expired(struct local_apic *apic)
{
	struct local_apic_timer *timer = &apic->timer;
	u64 moment = now(apic);

	if (!is_running(timer)) {
		return;
	}
	if (moment < timer->deadline) {
		apic->ops->set_timer(apic->context, timer->deadline);
		return;
	}
	if (is_periodic(timer)) {
		begin_next_period(apic, moment);
	} else {
		timer->deadline = LOCAL_APIC_NEVER;
	}
	interrupt(apic);
}

void local_apic_timer_tsc_moved(struct local_apic *apic, u64 by)
{
	struct local_apic_timer *timer = &apic->timer;

	if (!is_running(timer)) {
		return;
	}
	if (!is_tsc_deadline(timer)) {
		timer->due += by;
		timer->deadline += by;
	}
	apic->ops->set_timer(apic->context, timer->deadline);
}

u64 local_apic_timer_tsc_deadline(const struct local_apic *apic)
{
	const struct local_apic_timer *timer = &apic->timer;

	return is_tsc_deadline(timer) && is_running(timer) ? timer->deadline
							   : 0;
}

void local_apic_timer_set_tsc_deadline(struct local_apic *apic, u64 deadline)
{
	if (!is_tsc_deadline(&apic->timer)) {
		return;
	}
	if (deadline == 0) {
		set_alarm(apic, LOCAL_APIC_NEVER);
	} else if (deadline <= now(apic)) {
		set_alarm(apic, LOCAL_APIC_NEVER);
		interrupt(apic);
	} else {
		set_alarm(apic, deadline);
	}
}

/* The divide configuration of a reset, 0, divides by 2. */
void local_apic_timer_reset(struct local_apic *apic)
{
	apic->timer = (struct local_apic_timer){
		.deadline = LOCAL_APIC_NEVER,
		.shift = 1,
	};
	apic->ops->set_timer(apic->context, LOCAL_APIC_NEVER);
}

void local_apic_timer_set_mode(struct local_apic *apic, u32 mode)
{
	struct local_apic_timer *timer = &apic->timer;
	u32 changed = timer->mode ^ mode;

	timer->mode = mode;
	if ((changed & APIC_LVT_TIMER_TSC_DEADLINE) != 0) {
		timer->initial = 0;
		local_apic_put(apic, APIC_INITIAL_COUNT, 0);
		set_alarm(apic, LOCAL_APIC_NEVER);
	}
}

void local_apic_timer_set_initial_count(struct local_apic *apic, u32 count)
{
	struct local_apic_timer *timer = &apic->timer;

	if (is_tsc_deadline(timer)) {
		/* Ignored, though the CPU may have put it into the page. */
		local_apic_put(apic, APIC_INITIAL_COUNT, 0);
		return;
	}
	local_apic_put(apic, APIC_INITIAL_COUNT, count);
	timer->initial = count;
	start(apic, count == 0 ? LOCAL_APIC_NEVER
			       : later(now(apic), (u64)count << timer->shift));
}

/* What is left of the count is left, but passes at another pace. */
void local_apic_timer_set_divide(struct local_apic *apic, u32 divide)
{
	struct local_apic_timer *timer = &apic->timer;
	u32 left = local_apic_timer_current_count(apic);

	divide &= APIC_DIVIDE_WRITABLE;
	local_apic_put(apic, APIC_DIVIDE, divide);
	/* By 2, 4, .. 128, then by 1. */
	timer->shift = (((divide & 3) | (divide & 8) >> 1) + 1) & 7;
	if (is_running(timer) && !is_tsc_deadline(timer)) {
		start(apic, later(now(apic), (u64)left << timer->shift));
	}
}

u32 local_apic_timer_current_count(const struct local_apic *apic)
{
	const struct local_apic_timer *timer = &apic->timer;
	u64 moment = now(apic);
	u64 tick = BIT(timer->shift);

	if (!is_running(timer) || is_tsc_deadline(timer)) {
		return 0;
	}
	if (moment < timer->due) {
		/* A TSC that was set back shows no more than there was. */
		return (u32)min_u64((timer->due - moment - 1) / tick + 1,
				    timer->initial);
	}
	if (!is_periodic(timer)) {
		return 0;
	}
	return timer->initial -
	       (u32)((moment - timer->due) / tick % timer->initial);
}
