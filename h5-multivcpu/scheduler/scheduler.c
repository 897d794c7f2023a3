#include "scheduler/scheduler.h"
#include "cpu/panic.h"
#include "lib/spinlock.h"
#include "scheduler/host_cpu.h"
#include "scheduler/sched_cpus.h"
#include "smp/smp.h"

/* The CPU has come out of its guest, and looks at its slice by itself. */
static void on_slice_end(struct host_timer *timer)
{
	(void)timer;
}

/* One lock for all: a CPU comes here a few hundred times a second. */
static struct spinlock lock;
static struct sched_cpus cpus = {
	.cpu = {[0 ... CPUS_MAX - 1] = {.alarm = {.expire = on_slice_end}}}};

void scheduler_set_slice(u64 ticks)
{
	spin_lock(&lock);
	cpus.turns.slice = ticks;
	spin_unlock(&lock);
}

/* Whoever calls has looked: there is such a move. */
static void move(struct sched_unit *unit, enum vcpu_state to)
{
	struct error error = vcpu_state_move(&unit->state, to);

	if (failed(error)) {
		panic("scheduler: %s", error.what);
	}
}

/* A unit that has just become Ready without having run. */
static void enter(struct sched_unit *unit)
{
	u64 now = host_cpu_now();

	sched_cpus_advance(&cpus, now);
	sched_turns_enter(&cpus.turns, unit);
	sched_turns_put(&cpus.turns, unit);
	sched_cpus_announce(&cpus, unit, now);
}

struct error scheduler_add(struct sched_unit *unit)
{
	struct error error;

	spin_lock(&lock);
	if ((sched_unit_cpus(unit) & (BIT(smp_count()) - 1)) == 0) {
		error = failure("no CPU that a vCPU may run on is online, mask",
				sched_unit_cpus(unit));
	} else {
		error = vcpu_state_move(&unit->state, VCPU_READY);
	}
	if (!failed(error)) {
		enter(unit);
	}
	spin_unlock(&lock);
	return error;
}

void scheduler_begin(struct sched_unit *unit)
{
	__atomic_exchange_n(&unit->wake_pending, false, __ATOMIC_SEQ_CST);
}

/*
 * Somebody who has set wake_pending before and not come to the end acts. Either
 * this sees the unit Blocked, or whoever blocks it sees wake_pending: settle()
 * has a barrier between the two as well.
 */
void scheduler_wake(struct sched_unit *unit)
{
	if (__atomic_exchange_n(&unit->wake_pending, true, __ATOMIC_SEQ_CST) ||
	    vcpu_state_now(&unit->state) != VCPU_BLOCKED) {
		return;
	}
	spin_lock(&lock);
	if (unit->state == VCPU_BLOCKED) {
		move(unit, VCPU_READY);
		enter(unit);
	}
	spin_unlock(&lock);
}

/*
 * Either this sees the unit Running, or the unit sees what was posted: there is
 * a barrier on this side and one in scheduler_begin().
 */
void scheduler_kick(struct sched_unit *unit)
{
	u32 number;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (vcpu_state_now(&unit->state) != VCPU_RUNNING) {
		return;
	}
	number = __atomic_load_n(&unit->cpu, __ATOMIC_RELAXED);
	if (number != host_cpu_number()) {
		smp_kick(number);
	}
}

bool scheduler_remove(struct sched_unit *unit)
{
	bool runs;

	spin_lock(&lock);
	runs = unit->state == VCPU_RUNNING;
	if (unit->state == VCPU_READY) {
		sched_turns_remove(&cpus.turns, unit);
		move(unit, VCPU_FREE);
	} else if (unit->state == VCPU_BLOCKED) {
		move(unit, VCPU_FREE);
	}
	spin_unlock(&lock);
	return !runs;
}

void scheduler_wait_free(struct sched_unit *unit)
{
	while (!scheduler_remove(unit)) {
		cpu_pause();
	}
}

static bool is_called(u32 number)
{
	return __atomic_load_n(&cpus.cpu[number].called, __ATOMIC_ACQUIRE);
}

bool scheduler_slice_is_over(void)
{
	u32 number = host_cpu_number();
	bool over = false;

	host_timers_run();
	if (!sched_cpus_is_deaf(&cpus, number)) {
		spin_lock(&lock);
		over = sched_cpus_slice_is_over(&cpus, number, host_cpu_now());
		spin_unlock(&lock);
	}
	return over || is_called(number);
}

u64 scheduler_deadline(void)
{
	return host_timers_next();
}

void scheduler_call(u32 cpu)
{
	__atomic_store_n(&cpus.cpu[cpu].called, true, __ATOMIC_RELEASE);
	smp_kick(cpu);
}

/*
 * The unit is Ready after its run. Others hear of it when this CPU has taken
 * its next one, which may be the same; but where the service function comes
 * first, whatever that takes, they hear of it now.
 */
static void put_back(struct sched_unit *unit, u32 number, u64 now)
{
	move(unit, VCPU_READY);
	sched_turns_put(&cpus.turns, unit);
	if (is_called(number)) {
		sched_cpus_announce(&cpus, unit, now);
	}
}

/* Blocks the unit, unless somebody has woken it while it ran. */
static void block(struct sched_unit *unit, u32 number, u64 now)
{
	move(unit, VCPU_BLOCKED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (__atomic_load_n(&unit->wake_pending, __ATOMIC_RELAXED)) {
		put_back(unit, number, now);
	}
}

/* Nothing of the unit is touched after the lock is given back. */
static void settle(struct sched_unit *unit, enum sched_verdict verdict,
		   u32 number)
{
	u64 now;

	unit->ops->detach(unit);
	spin_lock(&lock);
	now = host_cpu_now();
	sched_cpus_leave(&cpus, number, now);
	if (verdict == SCHED_LEAVE || verdict == SCHED_FAILED) {
		move(unit, verdict == SCHED_LEAVE ? VCPU_FREE : VCPU_INVALID);
	} else if (verdict == SCHED_BLOCK) {
		block(unit, number, now);
	} else {
		put_back(unit, number, now);
	}
	spin_unlock(&lock);
}

static struct sched_unit *take(u32 number)
{
	struct sched_unit *unit;
	u64 now;

	spin_lock(&lock);
	now = host_cpu_now();
	sched_cpus_advance(&cpus, now);
	unit = sched_cpus_take(&cpus, number, now);
	if (unit != NULL) {
		move(unit, VCPU_RUNNING);
		scheduler_begin(unit);
	}
	spin_unlock(&lock);
	return unit;
}

static void wait(struct sched_cpu *cpu)
{
	u64 begin = host_cpu_now();

	__atomic_store_n(&cpu->waits_since, begin, __ATOMIC_RELAXED);
	host_cpu_wait();
	__atomic_store_n(&cpu->waits_since, 0, __ATOMIC_RELAXED);
	cpu->counters.idle += host_cpu_now() - begin;
}

static void not_idle(u32 number)
{
	spin_lock(&lock);
	cpus.idle &= ~BIT(number);
	spin_unlock(&lock);
}

/* One that was called has more to do than to look: units go elsewhere. */
static void serve(const struct sched_loop *loop, u32 number)
{
	if (__atomic_exchange_n(&cpus.cpu[number].called, false,
				__ATOMIC_ACQ_REL)) {
		not_idle(number);
	}
	loop->service(loop->context);
}

void scheduler_run(const struct sched_loop *loop)
{
	u32 number = host_cpu_number();

	while (!loop->stops(loop->context)) {
		struct sched_unit *unit;

		serve(loop, number);
		host_timers_run();
		unit = take(number);
		if (unit != NULL) {
			settle(unit, unit->ops->run(unit), number);
		} else {
			wait(&cpus.cpu[number]);
		}
	}
	not_idle(number);
}

u64 scheduler_ran(struct sched_unit *unit)
{
	u64 ran;

	spin_lock(&lock);
	ran = unit->ran;
	if (unit->state == VCPU_RUNNING) {
		ran += sched_cpus_time(&cpus, unit->cpu, host_cpu_now());
	}
	spin_unlock(&lock);
	return ran;
}

struct sched_counters scheduler_counters(u32 cpu)
{
	struct sched_counters counters = cpus.cpu[cpu].counters;
	u64 begin =
		__atomic_load_n(&cpus.cpu[cpu].waits_since, __ATOMIC_RELAXED);
	u64 now = host_cpu_now();

	if (begin != 0 && now > begin) {
		counters.idle += now - begin;
	}
	return counters;
}
