#include "scheduler/sched_pull.h"
#include "scheduler/host_cpu.h"

/* The turn time of the first for CPU number in a queue; UINT64_MAX: none. */
static u64 look_into(struct sched_cpu *cpu, u32 number)
{
	u64 key;

	spin_lock(&cpu->lock);
	key = sched_cpus_key(sched_cpus_first(cpu, number));
	spin_unlock(&cpu->lock);
	return key;
}

/*
 * How early a unit of another queue must be to come before those of the own
 * one, whose caches are warm; that is no reason to prefer one that has just had
 * its turn.
 */
static u64 bar_of(const struct sched_cpus *cpus, struct sched_cpu *cpu,
		  u32 number)
{
	u64 margin = sched_turns_slice(&cpus->turns) / 2;
	const struct sched_unit *first;
	u64 bar = UINT64_MAX;

	spin_lock(&cpu->lock);
	first = sched_cpus_first(cpu, number);
	if (first != NULL) {
		bar = first == cpu->last
			      ? first->node.key
			      : sched_turns_between(margin, first->node.key);
	}
	spin_unlock(&cpu->lock);
	return bar;
}

static bool is_wanted(const struct sched_cpu *cpu, u32 number)
{
	return (__atomic_load_n(&cpu->wanted, __ATOMIC_RELAXED) &
		BIT(number)) != 0;
}

/* Does anybody wait for this CPU in another one's queue? */
static bool is_wanted_elsewhere(const struct sched_cpus *cpus, u32 number)
{
	for (u32 i = 0, end = host_cpu_count(); i < end; i++) {
		if (i != number && is_wanted(&cpus->cpu[i], number)) {
			return true;
		}
	}
	return false;
}

/*
 * The CPU in whose queue the next one waits. What another has published is the
 * turn time of its first one, which may not be for this CPU: so it is a reason
 * to look, but none to take.
 */
static u32 choose(struct sched_cpus *cpus, u32 number)
{
	u64 bar = bar_of(cpus, &cpus->cpu[number], number);
	u32 best = number;

	for (u32 i = 0, end = host_cpu_count(); i < end; i++) {
		struct sched_cpu *cpu = &cpus->cpu[i];
		u64 key = __atomic_load_n(&cpu->first, __ATOMIC_RELAXED);

		if (i == number || !is_wanted(cpu, number) || key >= bar) {
			continue;
		}
		key = look_into(cpu, number);
		if (key < bar) {
			bar = key;
			best = i;
		}
	}
	return best;
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

/* Those who would kick it find the CPU when they find it Running. */
static struct sched_unit *take(struct sched_cpus *cpus, u32 from, u32 number)
{
	struct sched_cpu *cpu = &cpus->cpu[from];
	struct sched_unit *unit;

	spin_lock(&cpu->lock);
	unit = sched_cpus_first(cpu, number);
	if (unit != NULL) {
		sched_cpus_take_out(cpu, unit);
		unit->first = 0;
		count(&cpus->cpu[number], number, unit);
		__atomic_store_n(&unit->cpu, number, __ATOMIC_RELAXED);
		sched_cpus_move(unit, VCPU_RUNNING);
	}
	spin_unlock(&cpu->lock);
	return unit;
}

struct sched_unit *sched_pull(struct sched_cpus *cpus, u32 number)
{
	while (is_wanted_elsewhere(cpus, number)) {
		struct sched_unit *unit =
			take(cpus, choose(cpus, number), number);

		if (unit != NULL) {
			return unit;
		}
	}
	return take(cpus, number, number);
}
