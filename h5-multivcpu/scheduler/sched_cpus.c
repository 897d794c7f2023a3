#include "scheduler/sched_cpus.h"
#include "scheduler/host_cpu.h"
#include "smp/smp.h"

/* How much earlier a turn must be to cut another one short: slice / GRAIN. */
#define GRAIN 4

static u64 time_on(const struct sched_cpu *cpu, u64 now)
{
	return cpu->running->turn_time + sched_turns_between(cpu->began, now);
}

u64 sched_cpus_time(const struct sched_cpus *cpus, u32 number, u64 now)
{
	return sched_turns_between(cpus->cpu[number].began, now);
}

void sched_cpus_advance(struct sched_cpus *cpus, u64 now)
{
	u64 least = UINT64_MAX;

	for (u32 i = 0; i < smp_count(); i++) {
		if (cpus->cpu[i].running != NULL) {
			least = min_u64(least, time_on(&cpus->cpu[i], now));
		}
	}
	sched_turns_advance(&cpus->turns, now, least);
}

static void set_deaf(struct sched_cpus *cpus, u64 deaf)
{
	__atomic_store_n(&cpus->deaf, deaf, __ATOMIC_RELAXED);
}

/* One that runs nothing is about to look at the queue if it is the caller. */
static void tell(struct sched_cpus *cpus, u32 number)
{
	cpus->idle &= ~BIT(number);
	set_deaf(cpus, cpus->deaf & ~BIT(number));
	if (number != host_cpu_number() || cpus->cpu[number].running != NULL) {
		smp_kick(number);
	}
}

static void tell_all(struct sched_cpus *cpus, u64 which)
{
	for (; which != 0; which &= which - 1) {
		tell(cpus, (u32)__builtin_ctzll(which));
	}
}

/*
 * When a CPU should end its slice for a unit that waits. At once, if what it
 * runs could go on at an idle CPU; else when that has had more than the unit.
 */
static u64 end_for(const struct sched_cpus *cpus, u32 number,
		   const struct sched_unit *unit, u64 now)
{
	const struct sched_cpu *cpu = &cpus->cpu[number];
	u64 fair = unit->turn_time + cpus->turns.slice / GRAIN;
	u64 had = time_on(cpu, now);

	if ((cpu->running->allowed & cpus->idle) != 0) {
		return now;
	}
	return min_u64(cpu->slice_end, now + sched_turns_between(had, fair));
}

/* Has the CPU end its slice early that gains most, if any. */
static void make_way(struct sched_cpus *cpus, const struct sched_unit *unit,
		     u64 now)
{
	u64 earliest = UINT64_MAX;
	u32 found = 0;

	for (u32 i = 0; i < smp_count(); i++) {
		u64 end;

		if (cpus->cpu[i].running == NULL ||
		    (sched_unit_cpus(unit) & BIT(i)) == 0) {
			continue;
		}
		end = end_for(cpus, i, unit, now);
		if (end < earliest) {
			earliest = end;
			found = i;
		}
	}
	if (earliest < cpus->cpu[found].slice_end) {
		cpus->cpu[found].slice_end = earliest;
		tell(cpus, found);
	}
}

void sched_cpus_announce(struct sched_cpus *cpus, const struct sched_unit *unit,
			 u64 now)
{
	u64 idle = sched_unit_cpus(unit) & cpus->idle;

	if (idle == 0) {
		make_way(cpus, unit, now);
		tell_all(cpus, sched_unit_cpus(unit) & cpus->deaf);
	} else if (unit->cpu != SCHED_NO_CPU && (idle & BIT(unit->cpu)) != 0) {
		tell(cpus, unit->cpu);
	} else {
		tell(cpus, (u32)__builtin_ctzll(idle));
	}
}

/* For a CPU that runs a unit: will it look at the queue in time? */
static void watch(struct sched_cpus *cpus, u32 number)
{
	struct sched_cpu *cpu = &cpus->cpu[number];

	if ((sched_turns_wanted(&cpus->turns) & BIT(number)) != 0) {
		host_timer_set(&cpu->alarm, cpu->slice_end);
	} else if (!host_timer_is_set(&cpu->alarm)) {
		set_deaf(cpus, cpus->deaf | BIT(number));
	}
}

static void count(struct sched_cpu *cpu, u32 number,
		  const struct sched_unit *unit)
{
	cpu->counters.runs++;
	if (unit != cpu->last) {
		cpu->counters.switches++;
	}
	if (unit->cpu != number && unit->cpu != SCHED_NO_CPU) {
		cpu->counters.migrations++;
	}
	cpu->last = unit;
}

struct sched_unit *sched_cpus_take(struct sched_cpus *cpus, u32 number, u64 now)
{
	struct sched_cpu *cpu = &cpus->cpu[number];
	struct sched_unit *unit =
		sched_turns_take(&cpus->turns, number, cpu->last);
	u64 wanted = sched_turns_wanted(&cpus->turns);

	if (unit == NULL) {
		cpus->idle |= BIT(number);
		return NULL;
	}
	cpus->idle &= ~BIT(number);
	count(cpu, number, unit);
	__atomic_store_n(&unit->cpu, number, __ATOMIC_RELAXED);
	unit->first = 0;
	cpu->running = unit;
	cpu->began = now;
	cpu->slice_end = now + sched_turns_length(&cpus->turns, smp_count());
	watch(cpus, number);
	tell_all(cpus, wanted & cpus->deaf);
	if ((wanted & cpus->idle) != 0) {
		tell(cpus, (u32)__builtin_ctzll(wanted & cpus->idle));
	}
	return unit;
}

void sched_cpus_leave(struct sched_cpus *cpus, u32 number, u64 now)
{
	struct sched_cpu *cpu = &cpus->cpu[number];

	sched_cpus_advance(cpus, now);
	sched_turns_charge(&cpus->turns, cpu->running,
			   sched_cpus_time(cpus, number, now));
	cpu->running = NULL;
	set_deaf(cpus, cpus->deaf & ~BIT(number));
	host_timer_cancel(&cpu->alarm);
}

bool sched_cpus_slice_is_over(struct sched_cpus *cpus, u32 number, u64 now)
{
	bool wanted = (sched_turns_wanted(&cpus->turns) & BIT(number)) != 0;

	if (wanted && now >= cpus->cpu[number].slice_end) {
		return true;
	}
	watch(cpus, number);
	return false;
}
