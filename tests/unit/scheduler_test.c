/*
 * Who gets how much of the CPUs, on a machine whose time is a number.
 *
 * modules: h5-multivcpu/scheduler/scheduler.c
 * modules: h5-multivcpu/scheduler/sched_cpus.c
 * modules: h5-multivcpu/scheduler/sched_place.c
 * modules: h5-multivcpu/scheduler/sched_pull.c
 * modules: h5-multivcpu/scheduler/sched_slice.c
 * modules: h5-multivcpu/scheduler/sched_turns.c
 * modules: h5-multivcpu/scheduler/run_queue.c
 * modules: h5-multivcpu/scheduler/host_timer.c
 * modules: h5-multivcpu/scheduler/timer_heap.c
 * modules: h5-multivcpu/vcpu/vcpu_state.c
 */
#include "sched_machine.h"

#define TASKS 16u
#define ALL   0xffu
#define RUNS  300u

static struct sched_task tasks[TASKS];
static u64 had[TASKS]; /* when a measurement began */

static double larger(double a, double b)
{
	return a > b ? a : b;
}

static double at_most_1(double a)
{
	return a > 1 ? 1 : a;
}

static void end(u32 count)
{
	for (u32 i = 0; i < count; i++) {
		machine_end_task(&tasks[i]);
	}
	machine_stop();
}

static void start_clock(u32 count)
{
	for (u32 i = 0; i < count; i++) {
		had[i] = scheduler_ran(&tasks[i].unit);
	}
}

/* How much of a CPU the task has had since start_clock(), ticks ago. */
static double share(u32 i, u64 ticks)
{
	return (double)(scheduler_ran(&tasks[i].unit) - had[i]) / (double)ticks;
}

/* The greatest part by which a share differs from what is fair. */
static double unfairness(u32 count, const double *fair, u64 ticks)
{
	double worst = 0;

	for (u32 i = 0; i < count; i++) {
		double off = share(i, ticks) / fair[i] - 1;

		worst = larger(worst, off < 0 ? -off : off);
	}
	return worst;
}

/* A second, and another one, of units that compute all the time. */
static double unfairness_of(u32 cpus, u32 count)
{
	double fair[TASKS];
	double worst = 0;

	machine_start(cpus, NULL);
	for (u32 i = 0; i < count; i++) {
		fair[i] = at_most_1((double)cpus / count);
		sched_task_start(&tasks[i], ALL, 0, 0);
	}
	for (unsigned int second = 0; second < 3; second++) {
		start_clock(count);
		machine_go(A_SECOND);
		worst = larger(worst, unfairness(count, fair, A_SECOND));
	}
	end(count);
	return worst;
}

static void equals_get_the_same(void)
{
	printf("# worst share in a second, %% from fair; 2 .. 16 units\n");
	for (u32 cpus = 1; cpus <= SCHED_MACHINE_CPUS; cpus++) {
		printf("# %u CPUs:", cpus);
		for (u32 count = 2; count <= TASKS; count++) {
			double worst = unfairness_of(cpus, count);

			printf(" %.1f", 100 * worst);
			if (worst > 0.0501) {
				printf(" <- %u units", count);
				CHECK(worst <= 0.0501);
			}
		}
		printf("\n");
	}
}

/*
 * What each unit gets if no one can get more without another, who has no more
 * than it, getting less: the units that only may run on some set of CPUs share
 * it; the set that leaves least to each comes first.
 */
static void max_min(u32 cpus, u32 count, const u64 *allowed, double *fair)
{
	bool known[TASKS] = {false};

	for (;;) {
		double least = 100;
		u64 tightest = 0;

		for (u64 set = 1; set < BIT(cpus); set++) {
			double left = __builtin_popcountll(set);
			u32 open = 0;

			for (u32 i = 0; i < count; i++) {
				if ((allowed[i] & ~set) == 0) {
					left -= known[i] ? fair[i] : 0;
					open += known[i] ? 0 : 1;
				}
			}
			if (open > 0 && left / open < least) {
				least = left / open;
				tightest = set;
			}
		}
		if (tightest == 0) {
			return;
		}
		for (u32 i = 0; i < count; i++) {
			if (!known[i] &&
			    ((allowed[i] & ~tightest) == 0 || least >= 1)) {
				fair[i] = at_most_1(least);
				known[i] = true;
			}
		}
	}
}

static double masked_unfairness(u32 cpus, u32 count, const u64 *allowed)
{
	double fair[TASKS] = {0};
	double worst;

	max_min(cpus, count, allowed, fair);
	machine_start(cpus, NULL);
	for (u32 i = 0; i < count; i++) {
		sched_task_start(&tasks[i], allowed[i], 0, 0);
	}
	machine_go(A_SECOND / 5);
	start_clock(count);
	machine_go(A_SECOND);
	worst = unfairness(count, fair, A_SECOND);
	if (worst > 0.3) {
		printf("# %u CPUs:", cpus);
		for (u32 i = 0; i < count; i++) {
			printf(" %#lx: %.2f (%.2f)", (unsigned long)allowed[i],
			       share(i, A_SECOND), fair[i]);
		}
		printf("\n");
	}
	end(count);
	return worst;
}

/* The masks that a user thinks of. */
static void some_are_pinned(void)
{
	static const u64 pair_and_one[] = {1, 1, 2};
	static const u64 one_moves[] = {1, 2, 2, 2, 3};
	static const u64 halves[] = {3, 3, 3, 12, 12, 12, 12, 12};
	static const u64 pinned_and_free[] = {1, 15, 15, 15, 15, 15, 15};

	CHECK(masked_unfairness(2, 3, pair_and_one) < 0.05);
	CHECK(masked_unfairness(2, 5, one_moves) < 0.05);
	CHECK(masked_unfairness(4, 8, halves) < 0.05);
	CHECK(masked_unfairness(4, 7, pinned_and_free) < 0.05);
}

static void any_masks(void)
{
	double sum = 0, worst = 0;
	unsigned int good = 0;

	for (unsigned int run = 0; run < RUNS; run++) {
		u32 cpus = 2 + (u32)random_below(5);
		u32 count = 2 + (u32)random_below(11);
		u64 allowed[TASKS];
		double off;

		for (u32 i = 0; i < count; i++) {
			allowed[i] = 1 + random_below(BIT(cpus) - 1);
			if (random_below(2) == 0) {
				allowed[i] = BIT(random_below(cpus));
			}
		}
		off = masked_unfairness(cpus, count, allowed);
		sum += off;
		worst = larger(worst, off);
		good += off < 0.05 ? 1 : 0;
	}
	printf("# random masks: %u of %u within 5 %%, mean %.1f %%, worst "
	       "%.1f %%\n",
	       good, RUNS, 100 * sum / RUNS, 100 * worst);
	CHECK(sum / RUNS < 0.05);
	CHECK(worst < 0.5);
}

static const struct unit_test tests[] = {
	UNIT_TEST(equals_get_the_same),
	UNIT_TEST(some_are_pinned),
	UNIT_TEST(any_masks),
};

int main(void)
{
	return UNIT_RUN(tests);
}
