/*
 * Time and alarms.
 *
 * modules: h4-exits/devices/device_clock.c
 */
#include "devices/device_clock.h"
#include "random.h"
#include "unit.h"

#define TIMERS 8

static u64 time_now;

static u64 now_is(const struct device_clock *clock)
{
	(void)clock;
	return time_now;
}

static struct device_clock device_clock;
static struct device_timer timers[TIMERS];
static u64 deadlines[TIMERS]; /* what the model expects */
static bool deaf[TIMERS];     /* nobody would hear of that timer */
static bool stirred;
static u64 last_expired;

static void expire(struct device_timer *timer, u64 now)
{
	size_t n = (size_t)(timer - timers);

	CHECK_EQ(now, time_now);
	CHECK(deadlines[n] <= now);
	CHECK(deadlines[n] >= last_expired);
	CHECK_EQ(timer->deadline, DEVICE_CLOCK_NEVER);
	last_expired = deadlines[n];
	deadlines[n] = DEVICE_CLOCK_NEVER;
	if (random_below(3) == 0) {
		deadlines[n] = now + 1 + random_below(100);
		device_timer_set(&device_clock, timer, deadlines[n]);
	}
}

static bool is_heard(const struct device_timer *timer)
{
	return !deaf[timer - timers];
}

static u64 earliest(bool heard)
{
	u64 first = DEVICE_CLOCK_NEVER;

	for (size_t n = 0; n < TIMERS; n++) {
		if (!heard || !deaf[n]) {
			first = min_u64(first, deadlines[n]);
		}
	}
	return first;
}

/* The first timer is one that says nothing of being heard. */
static void start(void)
{
	time_now = 1;
	device_clock = (struct device_clock){.now = now_is};
	device_clock_run(&device_clock);
	stirred = false;
	for (size_t n = 0; n < TIMERS; n++) {
		timers[n] = (struct device_timer){
			.expire = expire, .is_heard = n == 0 ? NULL : is_heard};
		deadlines[n] = DEVICE_CLOCK_NEVER;
		deaf[n] = false;
	}
}

static void set_timer(size_t n)
{
	deadlines[n] = random_below(4) == 0 ? DEVICE_CLOCK_NEVER
					    : time_now + random_below(200);
	device_timer_set(&device_clock, &timers[n], deadlines[n]);
}

static void run(void)
{
	last_expired = 0;
	device_clock_run(&device_clock);
	stirred = false;
	CHECK(earliest(false) > time_now);
}

static void stir(size_t n)
{
	deaf[n] = n != 0 && !deaf[n];
	device_clock_stir(&device_clock);
	stirred = true;
}

static void expires_in_order(void)
{
	start();
	for (unsigned int step = 0; step < 100000; step++) {
		size_t n = random_below(TIMERS);

		switch (random_below(4)) {
		case 0:
			set_timer(n);
			break;
		case 1:
			time_now += random_below(50);
			break;
		case 2:
			stir(n);
			break;
		default:
			run();
			break;
		}
		if (!CHECK_EQ(device_clock_next(&device_clock),
			      stirred ? 0 : earliest(false)) ||
		    !CHECK_EQ(device_clock_next_heard(&device_clock),
			      earliest(true))) {
			return;
		}
	}
}

static void converts_without_drift(void)
{
	static const u64 hz[] = {1,	  2,	   8192,	   1193182,
				 1843200, 3579545, DEVICE_CLOCK_HZ};

	for (unsigned int i = 0; i < 100000; i++) {
		u64 rate = hz[i % ARRAY_SIZE(hz)];
		u64 ticks = random_u64() >> (4 + random_below(60));
		u64 time;

		ticks = min_u64(ticks, rate * 15000000000ull);
		time = device_clock_time(ticks, rate);
		CHECK_EQ(device_clock_ticks(time, rate), ticks);
		CHECK(ticks == 0 ||
		      device_clock_ticks(time - 1, rate) == ticks - 1);
	}
	CHECK_EQ(device_clock_ticks(3600 * DEVICE_CLOCK_HZ, 1193182),
		 3600ull * 1193182);
}

static const struct unit_test tests[] = {
	UNIT_TEST(expires_in_order),
	UNIT_TEST(converts_without_drift),
};

int main(void)
{
	return UNIT_RUN(tests);
}
