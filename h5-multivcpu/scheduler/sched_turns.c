#include "scheduler/sched_turns.h"
#include "smp/cpu.h"

/* What lies so many slices back is forgotten. */
#define MEMORY 40

/* What a sleep is worth at most: slice / CREDIT. */
#define CREDIT 2

/* With more units for each CPU than these, slices are shorter. */
#define CROWD 6

/* The tags of the queue: CPUs that may run the unit; the one that has. */
#define MAY_RUN(cpu) BIT(cpu)
#define HAS_RUN(cpu) BIT(CPUS_MAX + (cpu))
#define ALL_MAY_RUN  (BIT(CPUS_MAX) - 1)

_Static_assert(2 * CPUS_MAX <= 64, "the tags are bits of a u64");

static struct sched_unit *unit_of(struct run_queue_node *node)
{
	u8 *address = (u8 *)node;

	return (struct sched_unit *)(address -
				     offsetof(struct sched_unit, node));
}

u64 sched_turns_wanted(const struct sched_turns *turns)
{
	return run_queue_tags(&turns->ready) & ALL_MAY_RUN;
}

/*
 * Lets a unit forget its lead over the floor, by as much of it as the time that
 * has passed is of the memory. The product fits, with slices of 2^30 ticks.
 */
static void forget(const struct sched_turns *turns, struct sched_unit *unit)
{
	u64 memory = MEMORY * turns->slice;
	u64 lead = min_u64(sched_turns_between(turns->floor, unit->turn_time),
			   memory);
	u64 passed = min_u64(sched_turns_between(unit->forgot_at, turns->now),
			     memory);

	if (lead > 0) {
		lead -= (lead >> 8) * passed / memory << 8;
		unit->turn_time = turns->floor + lead;
	}
	unit->forgot_at = turns->now;
}

void sched_turns_enter(const struct sched_turns *turns, struct sched_unit *unit)
{
	u64 least = sched_turns_between(turns->slice / CREDIT, turns->floor);

	forget(turns, unit);
	unit->turn_time = max_u64(unit->turn_time, least);
}

void sched_turns_put(struct sched_turns *turns, struct sched_unit *unit)
{
	unit->node.key = unit->turn_time;
	unit->node.tags = sched_unit_cpus(unit) & ALL_MAY_RUN;
	if (unit->cpu != SCHED_NO_CPU &&
	    (sched_unit_cpus(unit) & BIT(unit->cpu)) != 0) {
		unit->node.tags |= HAS_RUN(unit->cpu);
	}
	run_queue_add(&turns->ready, &unit->node);
	turns->waiting++;
}

void sched_turns_remove(struct sched_turns *turns, struct sched_unit *unit)
{
	run_queue_remove(&turns->ready, &unit->node);
	turns->waiting--;
}

struct sched_unit *sched_turns_take(struct sched_turns *turns, u32 cpu,
				    const struct sched_unit *last)
{
	struct run_queue_node *first =
		run_queue_first(&turns->ready, MAY_RUN(cpu));
	struct run_queue_node *warm =
		run_queue_first(&turns->ready, HAS_RUN(cpu));

	if (first == NULL) {
		return NULL;
	}
	if (warm != NULL && unit_of(warm) != last &&
	    warm->key - first->key < turns->slice / 2) {
		first = warm;
	}
	run_queue_remove(&turns->ready, first);
	turns->waiting--;
	return unit_of(first);
}

void sched_turns_advance(struct sched_turns *turns, u64 now, u64 running)
{
	struct run_queue_node *first =
		run_queue_first(&turns->ready, ALL_MAY_RUN);
	u64 least = first == NULL ? running : min_u64(running, first->key);

	turns->now = now;
	if (least != UINT64_MAX) {
		turns->floor = max_u64(turns->floor, least);
	}
}

void sched_turns_charge(const struct sched_turns *turns,
			struct sched_unit *unit, u64 ticks)
{
	unit->ran += ticks;
	unit->turn_time += ticks;
	forget(turns, unit);
}

u64 sched_turns_length(const struct sched_turns *turns, u32 cpus)
{
	u64 units = max_u64(turns->waiting + cpus, CROWD * cpus);

	return max_u64(turns->slice * CROWD * cpus / units, 1);
}
