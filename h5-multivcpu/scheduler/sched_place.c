#include "scheduler/sched_place.h"
#include "scheduler/host_cpu.h"
#include "smp/smp.h"

/* How much earlier a turn must be to cut another one short: slice / GRAIN. */
#define GRAIN 4

struct place {
	u32 cpu;
	u64 end; /* when its slice is to end; UINT64_MAX: as planned */
};

/* One that runs nothing is about to look at the queues if it is the caller. */
static void tell(struct sched_cpus *cpus, u32 number)
{
	struct sched_cpu *cpu = &cpus->cpu[number];

	__atomic_fetch_and(&cpus->idle, ~BIT(number), __ATOMIC_SEQ_CST);
	__atomic_fetch_and(&cpus->deaf, ~BIT(number), __ATOMIC_SEQ_CST);
	__atomic_store_n(&cpu->told, true, __ATOMIC_SEQ_CST);
	if (number != host_cpu_number() || cpu->running != NULL) {
		smp_kick(number);
	}
}

static void tell_deaf(struct sched_cpus *cpus, u64 wanted)
{
	u64 which = wanted & __atomic_load_n(&cpus->deaf, __ATOMIC_SEQ_CST);

	for (; which != 0; which &= which - 1) {
		tell(cpus, (u32)__builtin_ctzll(which));
	}
}

void sched_place_tell(struct sched_cpus *cpus, u64 wanted)
{
	u64 idle = wanted & __atomic_load_n(&cpus->idle, __ATOMIC_SEQ_CST);

	tell_deaf(cpus, wanted);
	if (idle != 0) {
		tell(cpus, (u32)__builtin_ctzll(idle));
	}
}

/*
 * When a CPU should end its slice for a unit that waits, if not before. At
 * once, if what it runs could go on at an idle CPU; else when that has had more
 * than the unit. UINT64_MAX: it runs none.
 */
static u64 end_for(const struct sched_cpus *cpus, const struct sched_cpu *cpu,
		   const struct sched_unit *unit, u64 now)
{
	u64 fair = unit->turn_time + sched_turns_slice(&cpus->turns) / GRAIN;
	u64 idle = __atomic_load_n(&cpus->idle, __ATOMIC_SEQ_CST);
	u64 had = sched_cpus_time(cpu, now);

	if ((__atomic_load_n(&cpu->may_use, __ATOMIC_RELAXED) & idle) != 0) {
		return now;
	}
	return had == UINT64_MAX ? UINT64_MAX
				 : now + sched_turns_between(had, fair);
}

/* Could the CPU run the unit next, if it ended its slice now? */
static bool would_take(const struct sched_cpu *cpu, u32 number,
		       const struct sched_unit *unit)
{
	return (sched_unit_cpus(unit) & BIT(number)) != 0 &&
	       __atomic_load_n(&cpu->first, __ATOMIC_RELAXED) > unit->turn_time;
}

/* A CPU to end its slice early, if that helps; else end is UINT64_MAX. */
static struct place make_way(const struct sched_cpus *cpus,
			     const struct sched_unit *unit, u64 now)
{
	struct place best = {.end = UINT64_MAX};
	u64 earliest = UINT64_MAX;

	for (u32 i = 0; i < host_cpu_count(); i++) {
		const struct sched_cpu *cpu = &cpus->cpu[i];
		u64 planned =
			__atomic_load_n(&cpu->slice_end, __ATOMIC_RELAXED);
		u64 end = would_take(cpu, i, unit)
				  ? end_for(cpus, cpu, unit, now)
				  : UINT64_MAX;

		if (end != UINT64_MAX && min_u64(end, planned) < earliest) {
			earliest = min_u64(end, planned);
			best.cpu = i;
			best.end = end < planned ? end : UINT64_MAX;
		}
	}
	return best;
}

/* Where the unit has been, or the fewest wait. */
static u32 home(const struct sched_cpus *cpus, const struct sched_unit *unit)
{
	u32 fewest = UINT32_MAX, found = 0;

	if (unit->cpu != SCHED_NO_CPU &&
	    (sched_unit_cpus(unit) & BIT(unit->cpu)) != 0) {
		return unit->cpu;
	}
	for (u32 i = 0; i < host_cpu_count(); i++) {
		u32 waiting = __atomic_load_n(&cpus->cpu[i].waiting,
					      __ATOMIC_RELAXED);

		if ((sched_unit_cpus(unit) & BIT(i)) != 0 && waiting < fewest) {
			fewest = waiting;
			found = i;
		}
	}
	return found;
}

static struct place place_for(const struct sched_cpus *cpus,
			      const struct sched_unit *unit, u64 now)
{
	u64 idle = sched_unit_cpus(unit) &
		   __atomic_load_n(&cpus->idle, __ATOMIC_SEQ_CST);
	struct place place = {.end = UINT64_MAX};

	if (idle == 0) {
		place = make_way(cpus, unit, now);
		if (place.end == UINT64_MAX) {
			place.cpu = home(cpus, unit);
		}
	} else if (unit->cpu != SCHED_NO_CPU && (idle & BIT(unit->cpu)) != 0) {
		place.cpu = unit->cpu;
	} else {
		place.cpu = (u32)__builtin_ctzll(idle);
	}
	return place;
}

/* Of the idle ones that may run the unit, the one that it waits at, if any. */
static void announce(struct sched_cpus *cpus, u64 allowed, struct place place)
{
	u64 idle = allowed & __atomic_load_n(&cpus->idle, __ATOMIC_SEQ_CST);

	if (idle == 0) {
		if (place.end != UINT64_MAX) {
			tell(cpus, place.cpu);
		}
		tell_deaf(cpus, allowed);
	} else if ((idle & BIT(place.cpu)) != 0) {
		tell(cpus, place.cpu);
	} else {
		tell(cpus, (u32)__builtin_ctzll(idle));
	}
}

void sched_place_put(struct sched_cpus *cpus, struct sched_unit *unit, u64 now)
{
	struct place place = place_for(cpus, unit, now);
	struct sched_cpu *cpu = &cpus->cpu[place.cpu];
	u64 allowed = sched_unit_cpus(unit);

	spin_lock(&cpu->lock);
	sched_cpus_put(cpus, place.cpu, unit);
	__atomic_store_n(&cpu->slice_end, min_u64(cpu->slice_end, place.end),
			 __ATOMIC_RELAXED);
	spin_unlock(&cpu->lock);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	announce(cpus, allowed, place);
}
