#include "scheduler/sched_slice.h"
#include "scheduler/host_cpu.h"
#include "scheduler/sched_place.h"
#include "scheduler/sched_pull.h"

/* Nobody else sets the bit of the running CPU. */
static void clear_bit(u64 *bits, u32 number)
{
	if ((__atomic_load_n(bits, __ATOMIC_RELAXED) & BIT(number)) != 0) {
		__atomic_fetch_and(bits, ~BIT(number), __ATOMIC_SEQ_CST);
	}
}

/* What comes now is seen now; what comes later tells it again. */
static void clear_told(struct sched_cpu *cpu)
{
	__atomic_store_n(&cpu->told, false, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* For a CPU that runs a unit: will it look at the queues in time? */
static void watch(struct sched_cpus *cpus, u32 number, u64 wanted)
{
	struct sched_cpu *cpu = &cpus->cpu[number];

	if ((wanted & BIT(number)) == 0 && cpu->alarm == HOST_TIMER_NEVER) {
		__atomic_fetch_or(&cpus->deaf, BIT(number), __ATOMIC_SEQ_CST);
		wanted = sched_cpus_waiting(cpus).wanted;
	}
	if ((wanted & BIT(number)) != 0) {
		clear_bit(&cpus->deaf, number);
		cpu->alarm = __atomic_load_n(&cpu->slice_end, __ATOMIC_RELAXED);
	}
	host_timers_limit(cpu->alarm);
}

/* Idle, unless a unit has come before others could see that. */
static struct sched_unit *pull_or_be_idle(struct sched_cpus *cpus, u32 number)
{
	struct sched_unit *unit = sched_pull(cpus, number);

	if (unit == NULL) {
		__atomic_fetch_or(&cpus->idle, BIT(number), __ATOMIC_SEQ_CST);
		unit = sched_pull(cpus, number);
	}
	if (unit != NULL) {
		clear_bit(&cpus->idle, number);
	}
	return unit;
}

/* Somebody may have seen the unit before and want this turn to end early. */
static void start(struct sched_cpu *cpu, struct sched_unit *unit, u64 now,
		  u64 length)
{
	spin_lock(&cpu->lock);
	cpu->running = unit;
	__atomic_store_n(&cpu->began, now, __ATOMIC_RELAXED);
	__atomic_store_n(&cpu->base, unit->turn_time - now, __ATOMIC_RELAXED);
	__atomic_store_n(&cpu->slice_end, min_u64(cpu->slice_end, now + length),
			 __ATOMIC_RELAXED);
	__atomic_store_n(&cpu->may_use, unit->allowed, __ATOMIC_RELEASE);
	spin_unlock(&cpu->lock);
}

struct sched_unit *sched_slice_begin(struct sched_cpus *cpus, u32 number,
				     u64 now)
{
	struct sched_cpu *cpu = &cpus->cpu[number];
	struct sched_unit *unit = pull_or_be_idle(cpus, number);
	struct sched_waiting others;

	cpu->alarm = HOST_TIMER_NEVER;
	if (unit == NULL) {
		host_timers_limit(cpu->alarm);
		return NULL;
	}
	clear_told(cpu);
	others = sched_cpus_waiting(cpus);
	start(cpu, unit, now,
	      sched_turns_length(&cpus->turns, host_cpu_count(), others.count));
	watch(cpus, number, others.wanted);
	sched_place_announce(cpus, others.wanted);
	return unit;
}

void sched_slice_end(struct sched_cpus *cpus, u32 number, u64 now, bool back)
{
	struct sched_cpu *cpu = &cpus->cpu[number];
	struct sched_unit *unit = cpu->running;

	sched_cpus_advance(cpus, now);
	spin_lock(&cpu->lock);
	sched_turns_charge(&cpus->turns, unit,
			   sched_turns_between(cpu->began, now), now);
	if (back) {
		sched_cpus_put(cpus, number, unit);
		sched_cpus_move(unit, VCPU_READY);
	}
	cpu->running = NULL;
	__atomic_store_n(&cpu->slice_end, UINT64_MAX, __ATOMIC_RELAXED);
	__atomic_store_n(&cpu->may_use, 0, __ATOMIC_RELEASE);
	spin_unlock(&cpu->lock);
	clear_bit(&cpus->deaf, number);
}

bool sched_slice_is_over(struct sched_cpus *cpus, u32 number, u64 now)
{
	struct sched_cpu *cpu = &cpus->cpu[number];
	u64 wanted;

	if (now < cpu->alarm &&
	    !__atomic_load_n(&cpu->told, __ATOMIC_ACQUIRE)) {
		return false;
	}
	clear_told(cpu);
	wanted = __atomic_load_n(&cpu->wanted, __ATOMIC_RELAXED);
	if ((wanted & BIT(number)) == 0) {
		wanted = sched_cpus_waiting(cpus).wanted;
	}
	if ((wanted & BIT(number)) != 0 &&
	    now >= __atomic_load_n(&cpu->slice_end, __ATOMIC_RELAXED)) {
		__atomic_store_n(&cpu->told, true, __ATOMIC_RELAXED);
		return true;
	}
	if (now >= cpu->alarm) {
		cpu->alarm = HOST_TIMER_NEVER;
	}
	watch(cpus, number, wanted);
	return false;
}
