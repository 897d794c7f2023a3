#include "lib/spinlock.h"
#include "unit.h"
#include <pthread.h>
#include <sched.h>

#define THREADS 4
#define ROUNDS	2000

static struct spinlock lock;
static pthread_barrier_t all_are_there;
static u64 sum; /* under the lock, and not atomic */

static void is_free_when_zero(void)
{
	struct spinlock own = {0};

	CHECK(spin_try_lock(&own));
	CHECK(!spin_try_lock(&own));
	spin_unlock(&own);
	spin_lock(&own);
	CHECK(!spin_try_lock(&own));
	spin_unlock(&own);
	CHECK_EQ(own.locked, 0);
}

static void *add(void *try_first)
{
	u64 before;

	pthread_barrier_wait(&all_are_there);
	for (int i = 0; i < ROUNDS; i++) {
		if (try_first == NULL || !spin_try_lock(&lock)) {
			spin_lock(&lock);
		}
		before = sum;
		if (i % 100 == 0) {
			/* Whoever is let in meanwhile is forgotten below. */
			sched_yield();
		}
		sum = before + 1;
		spin_unlock(&lock);
	}
	return NULL;
}

static void lets_one_in_at_a_time(void)
{
	pthread_t threads[THREADS];

	pthread_barrier_init(&all_are_there, NULL, THREADS);
	for (int i = 0; i < THREADS; i++) {
		if (!CHECK(pthread_create(&threads[i], NULL, add,
					  i % 2 == 0 ? NULL : &sum) == 0)) {
			return;
		}
	}
	for (int i = 0; i < THREADS; i++) {
		CHECK(pthread_join(threads[i], NULL) == 0);
	}
	CHECK_EQ(sum, (u64)THREADS * ROUNDS);
	CHECK_EQ(lock.locked, 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(is_free_when_zero),
	UNIT_TEST(lets_one_in_at_a_time),
};

int main(void)
{
	return UNIT_RUN(tests);
}
