#include "scheduler/sched_turns.h"

/* What lies so many slices back is forgotten. */
#define MEMORY 40

/* What a sleep is worth at most: slice / CREDIT. */
#define CREDIT 2

/* With more units for each CPU than these, slices are shorter. */
#define CROWD 6

static u64 floor_of(const struct sched_turns *turns)
{
	return __atomic_load_n(&turns->floor, __ATOMIC_RELAXED);
}

u64 sched_turns_slice(const struct sched_turns *turns)
{
	return __atomic_load_n(&turns->slice, __ATOMIC_RELAXED);
}

/*
 * Lets a unit forget its lead over the floor, by as much of it as the time that
 * has passed is of the memory. The product fits, with slices of 2^30 ticks.
 */
static void forget(const struct sched_turns *turns, struct sched_unit *unit,
		   u64 now)
{
	u64 memory = MEMORY * sched_turns_slice(turns);
	u64 floor = floor_of(turns);
	u64 lead = min_u64(sched_turns_between(floor, unit->turn_time), memory);
	u64 passed = min_u64(sched_turns_between(unit->forgot_at, now), memory);

	if (lead > 0) {
		lead -= (lead >> 8) * passed / memory << 8;
		unit->turn_time = floor + lead;
	}
	unit->forgot_at = now;
}

void sched_turns_enter(const struct sched_turns *turns, struct sched_unit *unit,
		       u64 now)
{
	u64 credit = sched_turns_slice(turns) / CREDIT;

	forget(turns, unit, now);
	unit->turn_time = max_u64(unit->turn_time,
				  sched_turns_between(credit, floor_of(turns)));
}

void sched_turns_advance(struct sched_turns *turns, u64 least)
{
	u64 floor = floor_of(turns);

	while (least != UINT64_MAX && least > floor &&
	       !__atomic_compare_exchange_n(&turns->floor, &floor, least, true,
					    __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED)) {
	}
}

void sched_turns_charge(const struct sched_turns *turns,
			struct sched_unit *unit, u64 ticks, u64 now)
{
	__atomic_store_n(&unit->ran, unit->ran + ticks, __ATOMIC_RELAXED);
	unit->turn_time += ticks;
	forget(turns, unit, now);
}

u64 sched_turns_length(const struct sched_turns *turns, u32 cpus, u32 waiting)
{
	u64 units = max_u64((u64)waiting + cpus, CROWD * (u64)cpus);

	return max_u64(sched_turns_slice(turns) * CROWD * cpus / units, 1);
}
