#include "scheduler/scheduler.h"
#include "scheduler/host_cpu.h"
#include "scheduler/sched_cpus.h"
#include "scheduler/sched_place.h"
#include "scheduler/sched_slice.h"
#include "smp/smp.h"

static struct sched_cpus cpus = {
	.cpu = {[0 ... CPUS_MAX - 1] = {.first = UINT64_MAX,
					.slice_end = UINT64_MAX,
					.alarm = HOST_TIMER_NEVER}}};

void scheduler_set_slice(u64 ticks)
{
	__atomic_store_n(&cpus.turns.slice, ticks, __ATOMIC_RELAXED);
}

/* A unit that becomes Ready without having run. The caller has its lock. */
static void enter(struct sched_unit *unit)
{
	u64 now = host_cpu_now();

	sched_cpus_advance(&cpus, now);
	sched_turns_enter(&cpus.turns, unit, now);
	sched_place_put(&cpus, unit, now);
}

struct error scheduler_add(struct sched_unit *unit)
{
	struct error error;

	if ((sched_unit_cpus(unit) & (BIT(host_cpu_count()) - 1)) == 0) {
		return failure("no CPU that a vCPU may run on is online, mask",
			       sched_unit_cpus(unit));
	}
	spin_lock(&unit->lock);
	error = vcpu_state_move(&unit->state, VCPU_READY);
	if (!failed(error)) {
		enter(unit);
	}
	spin_unlock(&unit->lock);
	return error;
}

void scheduler_begin(struct sched_unit *unit)
{
	__atomic_exchange_n(&unit->wake_pending, false, __ATOMIC_SEQ_CST);
}

/* Somebody who has set wake_pending before and not come to the end acts. */
void scheduler_wake(struct sched_unit *unit)
{
	if (__atomic_exchange_n(&unit->wake_pending, true, __ATOMIC_SEQ_CST)) {
		return;
	}
	spin_lock(&unit->lock);
	if (vcpu_state_now(&unit->state) == VCPU_BLOCKED) {
		sched_cpus_move(unit, VCPU_READY);
		enter(unit);
	}
	spin_unlock(&unit->lock);
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

/*
 * Takes a unit out of the queue that it is in; false: it is Ready no more, or
 * in another. Whoever puts a unit in a queue says in which before it is Ready.
 */
static bool take_off(struct sched_unit *unit)
{
	u32 number = __atomic_load_n(&unit->queue, __ATOMIC_RELAXED);
	struct sched_cpu *cpu = &cpus.cpu[number];
	bool is_there;

	spin_lock(&cpu->lock);
	is_there = vcpu_state_now(&unit->state) == VCPU_READY &&
		   __atomic_load_n(&unit->queue, __ATOMIC_RELAXED) == number;
	if (is_there) {
		sched_cpus_take_out(cpu, unit);
		sched_cpus_move(unit, VCPU_FREE);
	}
	spin_unlock(&cpu->lock);
	return is_there;
}

/* Its lock keeps it from becoming Ready in another way than after a run. */
bool scheduler_remove(struct sched_unit *unit)
{
	enum vcpu_state state;

	spin_lock(&unit->lock);
	do {
		state = vcpu_state_now(&unit->state);
	} while (state == VCPU_READY && !take_off(unit));
	if (state == VCPU_BLOCKED) {
		sched_cpus_move(unit, VCPU_FREE);
	}
	spin_unlock(&unit->lock);
	return state != VCPU_RUNNING;
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

/* This is on the way of each interrupt that brings a guest out. */
bool scheduler_slice_is_over(void)
{
	u32 number = host_cpu_number();
	u64 now = host_cpu_now();

	if (host_timers_are_due(now)) {
		host_timers_run();
		now = host_cpu_now();
	}
	return is_called(number) || sched_slice_is_over(&cpus, number, now);
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
 * It was Running until now. Others hear of it when this CPU has taken its next
 * one, which may be the same; but where the service function comes first,
 * whatever that takes, they hear of it now. Nothing of the unit is touched when
 * another CPU may have it.
 */
static void put_back(struct sched_unit *unit, u32 number, u64 now)
{
	u64 allowed = sched_unit_cpus(unit);

	sched_slice_end(&cpus, number, now, true);
	if (is_called(number)) {
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		sched_place_announce(&cpus, allowed);
	}
}

/* False: it has been woken since it looked. */
static bool block(struct sched_unit *unit, u32 number, u64 now)
{
	bool blocks;

	spin_lock(&unit->lock);
	blocks = !__atomic_load_n(&unit->wake_pending, __ATOMIC_RELAXED);
	if (blocks) {
		sched_slice_end(&cpus, number, now, false);
		sched_cpus_move(unit, VCPU_BLOCKED);
	}
	spin_unlock(&unit->lock);
	return blocks;
}

static void settle(struct sched_unit *unit, enum sched_verdict verdict,
		   u32 number)
{
	u64 now;

	unit->ops->detach(unit);
	now = host_cpu_now();
	if (verdict == SCHED_LEAVE || verdict == SCHED_FAILED) {
		sched_slice_end(&cpus, number, now, false);
		sched_cpus_move(unit, verdict == SCHED_LEAVE ? VCPU_FREE
							     : VCPU_INVALID);
	} else if (verdict != SCHED_BLOCK || !block(unit, number, now)) {
		put_back(unit, number, now);
	}
}

static struct sched_unit *take(u32 number)
{
	struct sched_unit *unit =
		sched_slice_begin(&cpus, number, host_cpu_now());

	if (unit != NULL) {
		scheduler_begin(unit);
	}
	return unit;
}

/* Until an interrupt, of which the host's timers may be the reason. */
static void wait(struct sched_cpu *cpu)
{
	u64 begin = host_cpu_now();

	__atomic_store_n(&cpu->waits_since, begin, __ATOMIC_RELAXED);
	host_cpu_wait();
	__atomic_store_n(&cpu->waits_since, 0, __ATOMIC_RELAXED);
	cpu->counters.idle += host_cpu_now() - begin;
	host_timers_run();
}

static void not_idle(u32 number)
{
	__atomic_fetch_and(&cpus.idle, ~BIT(number), __ATOMIC_SEQ_CST);
}

/*
 * One that was called has more to do than to look: units go elsewhere. False:
 * the loop stops.
 */
static bool serve(const struct sched_loop *loop, u32 number)
{
	(void)__atomic_exchange_n(&cpus.cpu[number].called, false,
				  __ATOMIC_ACQ_REL);
	not_idle(number);
	loop->service(loop->context);
	return !loop->stops(loop->context);
}

void scheduler_run(const struct sched_loop *loop)
{
	u32 number = host_cpu_number();

	__atomic_store_n(&cpus.cpu[number].called, true, __ATOMIC_RELAXED);
	while (!is_called(number) || serve(loop, number)) {
		struct sched_unit *unit = take(number);

		if (unit != NULL) {
			settle(unit, unit->ops->run(unit), number);
		} else {
			wait(&cpus.cpu[number]);
		}
	}
	not_idle(number);
}

/* A run is accounted for with the lock of the CPU where it was. */
u64 scheduler_ran(struct sched_unit *unit)
{
	u32 number = __atomic_load_n(&unit->cpu, __ATOMIC_RELAXED);
	struct sched_cpu *cpu;
	u64 ran;

	if (number == SCHED_NO_CPU) {
		return 0;
	}
	cpu = &cpus.cpu[number];
	spin_lock(&cpu->lock);
	ran = __atomic_load_n(&unit->ran, __ATOMIC_RELAXED);
	if (cpu->running == unit) {
		ran += sched_turns_between(cpu->began, host_cpu_now());
	}
	spin_unlock(&cpu->lock);
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
