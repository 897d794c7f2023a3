#include "scheduler/sched_cpus.h"
#include "cpu/panic.h"
#include "scheduler/host_cpu.h"

#define ALL_CPUS (BIT(CPUS_MAX) - 1)

_Static_assert(CPUS_MAX < 64, "the tags are bits of a u64");

u64 sched_cpus_time(const struct sched_cpu *cpu, u64 now)
{
	u64 began;

	if (__atomic_load_n(&cpu->may_use, __ATOMIC_ACQUIRE) == 0) {
		return UINT64_MAX;
	}
	began = __atomic_load_n(&cpu->began, __ATOMIC_RELAXED);
	return __atomic_load_n(&cpu->base, __ATOMIC_RELAXED) +
	       max_u64(began, now);
}

struct sched_waiting sched_cpus_waiting(const struct sched_cpus *cpus)
{
	struct sched_waiting all = {0};
	const struct sched_cpu *end = &cpus->cpu[host_cpu_count()];

	for (const struct sched_cpu *cpu = cpus->cpu; cpu < end; cpu++) {
		all.wanted |= __atomic_load_n(&cpu->wanted, __ATOMIC_RELAXED);
		all.count += __atomic_load_n(&cpu->waiting, __ATOMIC_RELAXED);
	}
	return all;
}

/* Who is put back is in the queue before he does not run any more. */
void sched_cpus_advance(struct sched_cpus *cpus, u64 now)
{
	const struct sched_cpu *end = &cpus->cpu[host_cpu_count()];
	u64 least = UINT64_MAX;

	for (const struct sched_cpu *cpu = cpus->cpu; cpu < end; cpu++) {
		u64 running = sched_cpus_time(cpu, now);
		u64 first = __atomic_load_n(&cpu->first, __ATOMIC_RELAXED);

		least = min_u64(least, min_u64(running, first));
	}
	sched_turns_advance(&cpus->turns, least);
}

static struct sched_unit *first_of(const struct sched_cpu *cpu, u64 tags)
{
	struct run_queue_node *first = run_queue_first(&cpu->queue, tags);

	return first == NULL ? NULL
			     : CONTAINER_OF(first, struct sched_unit, node);
}

/* first: the turn time of the first in the queue. */
static void publish(struct sched_cpu *cpu, u32 waiting, u64 first)
{
	__atomic_store_n(&cpu->wanted, run_queue_tags(&cpu->queue),
			 __ATOMIC_RELAXED);
	__atomic_store_n(&cpu->first, first, __ATOMIC_RELAXED);
	__atomic_store_n(&cpu->waiting, waiting, __ATOMIC_RELAXED);
}

void sched_cpus_put(struct sched_cpus *cpus, u32 number,
		    struct sched_unit *unit)
{
	struct sched_cpu *cpu = &cpus->cpu[number];

	__atomic_store_n(&unit->queue, number, __ATOMIC_RELAXED);
	unit->node.key = unit->turn_time;
	unit->node.tags = sched_unit_cpus(unit) & ALL_CPUS;
	run_queue_add(&cpu->queue, &unit->node);
	publish(cpu, cpu->waiting + 1, min_u64(cpu->first, unit->node.key));
}

void sched_cpus_take_out(struct sched_cpu *cpu, struct sched_unit *unit)
{
	run_queue_remove(&cpu->queue, &unit->node);
	publish(cpu, cpu->waiting - 1, sched_cpus_key(first_of(cpu, ALL_CPUS)));
}

struct sched_unit *sched_cpus_first(const struct sched_cpu *cpu, u32 number)
{
	return first_of(cpu, BIT(number));
}

void sched_cpus_move(struct sched_unit *unit, enum vcpu_state to)
{
	struct error error = vcpu_state_move(&unit->state, to);

	if (failed(error)) {
		panic("scheduler: %s", error.what);
	}
}
