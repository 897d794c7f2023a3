#include "scheduler/host_timer.h"
#include "cpu/alarm.h"
#include "scheduler/host_cpu.h"
#include "smp/cpu.h"

/* The timers of one CPU, which alone sets its alarm and lets them expire. */
struct timer_set {
	struct spinlock lock;
	struct timer_heap heap;
	struct host_timer *expiring; /* its function runs at this moment */
	u64 round; /* up to when host_timers_run() has let timers expire */
	u64 alarm; /* what the alarm was set to: this CPU's alone */
	u64 limit; /* likewise, as host_timers_limit() says */
	u64 next;  /* the first deadline; written under the lock, atomic */
};

static struct timer_set sets[CPUS_MAX] = {
	[0 ... CPUS_MAX - 1] = {.alarm = HOST_TIMER_NEVER,
				.limit = HOST_TIMER_NEVER,
				.next = HOST_TIMER_NEVER}};

_Static_assert(offsetof(struct host_timer, node) == 0, "as first() takes it");

static struct host_timer *first(const struct timer_set *set)
{
	return (struct host_timer *)set->heap.first;
}

static u64 first_deadline(const struct timer_set *set)
{
	return set->heap.first == NULL ? HOST_TIMER_NEVER
				       : set->heap.first->key;
}

static void publish(struct timer_set *set)
{
	__atomic_store_n(&set->next, first_deadline(set), __ATOMIC_RELAXED);
}

static void take_out(struct timer_set *set, struct host_timer *timer)
{
	if (timer->node.linked) {
		timer_heap_remove(&set->heap, &timer->node);
		publish(set);
	}
}

/* Later than the round that may be under way, so that the round has an end. */
static void put_in(struct timer_set *set, struct host_timer *timer, u64 tsc)
{
	timer->node.key = max_u64(tsc, set->round + 1);
	timer_heap_add(&set->heap, &timer->node);
	publish(set);
}

/* When the CPU has to look, of its own set. */
static u64 next_look(const struct timer_set *set)
{
	return min_u64(__atomic_load_n(&set->next, __ATOMIC_RELAXED),
		       set->limit);
}

/* The alarm may have come before its time. */
static void set_alarm(struct timer_set *set)
{
	u64 next = next_look(set);

	if (next == HOST_TIMER_NEVER) {
		if (set->alarm != HOST_TIMER_NEVER) {
			alarm_cancel();
		}
	} else if (next != set->alarm || !alarm_is_set()) {
		alarm_set(next);
	}
	set->alarm = next;
}

/*
 * The set that the timer is to be put in, locked, instead of the one that it is
 * in. The caller has the timer's lock.
 */
static struct timer_set *take_over(struct host_timer *timer)
{
	struct timer_set *set = &sets[timer->cpu];

	spin_lock(&set->lock);
	take_out(set, timer);
	if (set->expiring != timer && timer->cpu != host_cpu_number()) {
		spin_unlock(&set->lock);
		timer->cpu = host_cpu_number();
		set = &sets[timer->cpu];
		spin_lock(&set->lock);
	}
	return set;
}

/*
 * An alarm that comes too early costs less than setting it with each timer that
 * is taken back. That of another CPU is set when its expire function is over,
 * as is this one's if it is within such a function.
 */
void host_timer_set(struct host_timer *timer, u64 tsc)
{
	struct timer_set *set;

	spin_lock(&timer->lock);
	set = take_over(timer);
	if (tsc != HOST_TIMER_NEVER) {
		put_in(set, timer, tsc);
	}
	if (set->expiring == NULL && first_deadline(set) < set->alarm) {
		set_alarm(set);
	}
	spin_unlock(&set->lock);
	spin_unlock(&timer->lock);
}

/* True: its function still runs, on another CPU, and may set it again. */
static bool take_back(struct host_timer *timer)
{
	struct timer_set *set;
	bool runs;

	spin_lock(&timer->lock);
	set = &sets[timer->cpu];
	spin_lock(&set->lock);
	take_out(set, timer);
	runs = set->expiring == timer && timer->cpu != host_cpu_number();
	spin_unlock(&set->lock);
	spin_unlock(&timer->lock);
	return runs;
}

void host_timer_cancel(struct host_timer *timer)
{
	while (take_back(timer)) {
		cpu_pause();
	}
}

void host_timers_run(void)
{
	struct timer_set *set = &sets[host_cpu_number()];

	spin_lock(&set->lock);
	set->round = host_cpu_now();
	while (first_deadline(set) <= set->round) {
		struct host_timer *timer = first(set);

		take_out(set, timer);
		set->expiring = timer;
		spin_unlock(&set->lock);
		timer->expire(timer);
		spin_lock(&set->lock);
		set->expiring = NULL;
	}
	set_alarm(set);
	spin_unlock(&set->lock);
}

/* Whoever finds that the limit has passed sets another one. */
bool host_timers_are_due(u64 now)
{
	const struct timer_set *set = &sets[host_cpu_number()];

	if (now >= __atomic_load_n(&set->next, __ATOMIC_RELAXED)) {
		return true;
	}
	return now < set->limit && next_look(set) != HOST_TIMER_NEVER &&
	       !alarm_is_set();
}

void host_timers_limit(u64 tsc)
{
	struct timer_set *set = &sets[host_cpu_number()];

	set->limit = tsc;
	set_alarm(set);
}

u64 host_timers_next(void)
{
	return next_look(&sets[host_cpu_number()]);
}
