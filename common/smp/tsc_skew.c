#include "smp/tsc_skew.h"
#include "cpu/tsc.h"

#define ROUNDS 32u

static void wait_for(const u32 *number, u32 value)
{
	while (__atomic_load_n(number, __ATOMIC_ACQUIRE) != value) {
		cpu_pause();
	}
}

/* What holds one of them up only widens the error: the least is the best. */
struct tsc_skew tsc_skew_ask(struct tsc_meeting *meeting)
{
	struct tsc_skew best = {.error = UINT64_MAX};

	for (u32 round = 1; round <= ROUNDS; round++) {
		u64 before = tsc_read_between();

		__atomic_store_n(&meeting->asked, round, __ATOMIC_RELEASE);
		wait_for(&meeting->answered, round);

		u64 error = (tsc_read_between() - before + 1) / 2;

		if (error < best.error) {
			best.ticks = (s64)(meeting->tsc - before - error);
			best.error = error;
		}
	}
	return best;
}

void tsc_skew_answer(struct tsc_meeting *meeting)
{
	for (u32 round = 1; round <= ROUNDS; round++) {
		wait_for(&meeting->asked, round);
		meeting->tsc = tsc_read_between();
		__atomic_store_n(&meeting->answered, round, __ATOMIC_RELEASE);
	}
}
