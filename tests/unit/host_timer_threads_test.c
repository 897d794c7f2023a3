/*
 * Timers that are set, expire and are taken back on several CPUs at once, which
 * are threads here.
 *
 * modules: h5-multivcpu/scheduler/host_timer.c
 * modules: h5-multivcpu/scheduler/timer_heap.c
 */
#include "cpu/alarm.h"
#include "cpu/instructions.h"
#include "scheduler/host_cpu.h"
#include "scheduler/host_timer.h"
#include "unit.h"
#include <pthread.h>
#include <sched.h>

#define CPUS   4u
#define TIMERS 6u
#define ROUNDS 5000u

/* Ticks. */
#define SHORT 20000u

static __thread u32 number;
static __thread u64 order; /* a thread's own random numbers */
static bool stopping;

u64 host_cpu_now(void)
{
	return rdtsc();
}

u32 host_cpu_number(void)
{
	return number;
}

/* Nobody sleeps here: each CPU looks again and again. */
void alarm_set(u64 tsc)
{
	(void)tsc;
}

void alarm_cancel(void)
{
}

bool alarm_is_set(void)
{
	return true;
}

struct watched_timer {
	struct host_timer timer;
	u32 inside;  /* atomic: on how many CPUs its function runs */
	bool closed; /* atomic: it must not run */
	u64 count;   /* atomic */
};

static struct watched_timer timers[TIMERS];
static unsigned long mistakes; /* atomic */

static u64 some(u64 limit)
{
	order = order * 6364136223846793005 + 1442695040888963407;
	return (order >> 33) % limit;
}

static void expire(struct host_timer *timer)
{
	struct watched_timer *watched = (struct watched_timer *)timer;

	if (__atomic_add_fetch(&watched->inside, 1, __ATOMIC_SEQ_CST) != 1 ||
	    __atomic_load_n(&watched->closed, __ATOMIC_SEQ_CST)) {
		__atomic_add_fetch(&mistakes, 1, __ATOMIC_SEQ_CST);
	}
	for (u64 n = some(300); n > 0; n--) {
		cpu_pause();
	}
	if (some(8) == 0) {
		sched_yield();
	}
	if (some(2) == 0) {
		host_timer_set(timer, rdtsc() + some(SHORT));
	}
	__atomic_add_fetch(&watched->count, 1, __ATOMIC_SEQ_CST);
	__atomic_sub_fetch(&watched->inside, 1, __ATOMIC_SEQ_CST);
}

/* Sets some that are open, which CPU 0 closes only when nobody is here. */
static pthread_rwlock_t opening = PTHREAD_RWLOCK_INITIALIZER;

static void *cpu_main(void *argument)
{
	number = (u32)(size_t)argument;
	order = number;
	while (!__atomic_load_n(&stopping, __ATOMIC_SEQ_CST)) {
		struct watched_timer *watched = &timers[some(TIMERS)];

		pthread_rwlock_rdlock(&opening);
		if (!__atomic_load_n(&watched->closed, __ATOMIC_SEQ_CST)) {
			host_timer_set(&watched->timer, rdtsc() + some(SHORT));
		}
		pthread_rwlock_unlock(&opening);
		host_timers_run();
		sched_yield();
	}
	return NULL;
}

/*
 * From here on its function must not begin, and it must not be under way. It
 * may set itself as long as it runs.
 */
static void close_one(struct watched_timer *watched)
{
	pthread_rwlock_wrlock(&opening);
	host_timer_cancel(&watched->timer);
	__atomic_store_n(&watched->closed, true, __ATOMIC_SEQ_CST);
	pthread_rwlock_unlock(&opening);
	CHECK_EQ(__atomic_load_n(&watched->inside, __ATOMIC_SEQ_CST), 0);
}

static void taken_back_is_over(void)
{
	pthread_t threads[CPUS];
	u64 count = 0;

	for (size_t i = 0; i < TIMERS; i++) {
		timers[i].timer.expire = expire;
	}
	for (size_t i = 1; i < CPUS; i++) {
		pthread_create(&threads[i], NULL, cpu_main, (void *)i);
	}
	for (u32 i = 0; i < ROUNDS && unit_failed_checks == 0; i++) {
		struct watched_timer *watched = &timers[some(TIMERS)];

		close_one(watched);
		host_timers_run();
		__atomic_store_n(&watched->closed, false, __ATOMIC_SEQ_CST);
		for (u64 n = some(20); n > 0; n--) {
			sched_yield();
		}
	}
	__atomic_store_n(&stopping, true, __ATOMIC_SEQ_CST);
	for (size_t i = 1; i < CPUS; i++) {
		pthread_join(threads[i], NULL);
	}
	for (size_t i = 0; i < TIMERS; i++) {
		count += timers[i].count;
	}
	CHECK_EQ(mistakes, 0);
	CHECK(count > 1000);
	printf("# expired %lu times, taken back %u times\n",
	       (unsigned long)count, ROUNDS);
}

static const struct unit_test tests[] = {
	UNIT_TEST(taken_back_is_over),
};

int main(void)
{
	return UNIT_RUN(tests);
}
