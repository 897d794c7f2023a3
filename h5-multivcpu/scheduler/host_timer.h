#pragma once
/*
 * Timers of the host, in ticks of the time-stamp counter.
 *
 * Each CPU has a set of its own, and one alarm (cpu/alarm.h) that is set to the
 * first of them. The alarm only makes the CPU look: it ends a HLT or a guest's
 * run, and whoever comes out of either calls host_timers_run().
 *
 * Interrupts are off wherever these functions are called.
 */
#include "lib/spinlock.h"
#include "lib/types.h"
#include "scheduler/timer_heap.h"

#define HOST_TIMER_NEVER UINT64_MAX

/* Zero but for expire: not set. Owned by whoever embeds it. */
struct host_timer {
	struct timer_heap_node node; /* the key is the deadline, TSC */
	/*
	 * Called when the deadline has come, on the CPU that the timer was set
	 * on, with no lock taken. The timer is not set any more and may be set
	 * again, as may others.
	 */
	void (*expire)(struct host_timer *timer);
	struct spinlock lock; /* guards cpu; taken before that CPU's set */
	u32 cpu;	      /* the CPU whose set it is or was in */
};

/* For a timer that only the running CPU sets and takes back: is it set? */
static inline bool host_timer_is_set(const struct host_timer *timer)
{
	return timer->node.linked;
}

/*
 * Sets the timer, or sets it anew, among those of the running CPU, wherever it
 * was set before. tsc: HOST_TIMER_NEVER takes it back, but does not wait as
 * host_timer_cancel() does. A moment that has passed comes in the next
 * host_timers_run(), not in the one that is under way. The alarm is set as
 * well.
 *
 * A timer whose expire function runs on another CPU at this moment stays among
 * those of that CPU, so that it never runs on two at once.
 */
void host_timer_set(struct host_timer *timer, u64 tsc);

/*
 * Takes the timer back, on whatever CPU it is set. When this returns, its
 * expire function does not run and will not, and the memory may go; waits
 * while it runs on another CPU. So the caller must hold no lock that this
 * expire function takes, nor may two expire functions cancel each other's
 * timers. Within a timer's own expire function it does not wait.
 */
void host_timer_cancel(struct host_timer *timer);

/*
 * Lets every timer of the running CPU expire that is due, the earliest first,
 * and sets the alarm to the next one. To be called after an interrupt has come,
 * and before the CPU halts. Does not nest: no expire function calls it.
 */
void host_timers_run(void);

/*
 * Is there anything for host_timers_run() to do at this moment, TSC: a timer
 * that is due, or an alarm that came before its time? Takes no lock and looks
 * at no timer.
 */
bool host_timers_are_due(u64 now);

/*
 * Has the running CPU look at this moment, TSC, even if no timer is due: the
 * end of a slice, which comes far too often to be a timer. HOST_TIMER_NEVER: at
 * none. It stays until the next call. The alarm is set as well. Takes no lock.
 */
void host_timers_limit(u64 tsc);

/*
 * When the running CPU has to look next, TSC: the first timer's deadline or the
 * limit; HOST_TIMER_NEVER if there is neither. For the VMX-preemption timer.
 * Takes no lock.
 */
u64 host_timers_next(void);
