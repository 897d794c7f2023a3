#include "scheduler/sched_turns.h"
#include "smp/cpu.h"

/* How far above the floor a turn time may be, in slices. */
#define REACH 4

/* The tags of the queue: CPUs that may run the unit; the one that has. */
#define MAY_RUN(cpu) BIT(cpu)
#define HAS_RUN(cpu) BIT(CPUS_MAX + (cpu))
#define ALL_MAY_RUN  (BIT(CPUS_MAX) - 1)

_Static_assert(2 * CPUS_MAX <= 64, "the tags are bits of a u64");

static struct sched_unit *unit_of(struct run_queue_node *node)
{
	return node == NULL ? NULL
			    : (struct sched_unit *)((u8 *)node -
						    offsetof(struct sched_unit,
							     node));
}

u64 sched_turns_wanted(const struct sched_turns *turns)
{
	return run_queue_tags(&turns->ready) & ALL_MAY_RUN;
}

void sched_turns_enter(struct sched_turns *turns, struct sched_unit *unit)
{
	unit->turn_time = max_u64(unit->turn_time, turns->floor);
}

void sched_turns_put(struct sched_turns *turns, struct sched_unit *unit)
{
	unit->node.key = unit->turn_time;
	unit->node.tags = unit->allowed & ALL_MAY_RUN;
	if (unit->cpu != SCHED_NO_CPU &&
	    (unit->allowed & BIT(unit->cpu)) != 0) {
		unit->node.tags |= HAS_RUN(unit->cpu);
	}
	run_queue_add(&turns->ready, &unit->node);
}

void sched_turns_remove(struct sched_turns *turns, struct sched_unit *unit)
{
	run_queue_remove(&turns->ready, &unit->node);
}

struct sched_unit *sched_turns_first(const struct sched_turns *turns, u32 cpu)
{
	return unit_of(run_queue_first(&turns->ready, MAY_RUN(cpu)));
}

struct sched_unit *sched_turns_take(struct sched_turns *turns, u32 cpu)
{
	struct run_queue_node *first =
		run_queue_first(&turns->ready, MAY_RUN(cpu));
	struct run_queue_node *warm =
		run_queue_first(&turns->ready, HAS_RUN(cpu));

	if (first == NULL) {
		return NULL;
	}
	if (warm != NULL && warm->key - first->key < turns->slice / 2) {
		first = warm;
	}
	run_queue_remove(&turns->ready, first);
	return unit_of(first);
}

void sched_turns_advance(struct sched_turns *turns, u64 running)
{
	struct run_queue_node *first =
		run_queue_first(&turns->ready, ALL_MAY_RUN);
	u64 least = first == NULL ? running : min_u64(running, first->key);

	if (least != UINT64_MAX) {
		turns->floor = max_u64(turns->floor, least);
	}
}

void sched_turns_charge(const struct sched_turns *turns,
			struct sched_unit *unit, u64 ticks)
{
	unit->ran += ticks;
	unit->turn_time = min_u64(unit->turn_time + ticks,
				  turns->floor + REACH * turns->slice);
}
