/*
 * The host's timers against a plain list, on CPUs and with a time of the
 * test's own. The alarm comes early at times, as a real one does.
 *
 * modules: h5-multivcpu/scheduler/host_timer.c
 * modules: h5-multivcpu/scheduler/timer_heap.c
 */
#include "cpu/alarm.h"
#include "random.h"
#include "scheduler/host_cpu.h"
#include "scheduler/host_timer.h"
#include "unit.h"

#define CPUS   3u
#define TIMERS 40u
#define STEPS  200000

static u64 now;
static u32 number; /* the CPU that the test is on */

struct fake_alarm {
	u64 set; /* HOST_TIMER_NEVER: it is not */
	unsigned int writes;
};

static struct fake_alarm alarms[CPUS];

u32 host_cpu_number(void)
{
	return number;
}

u64 host_cpu_now(void)
{
	return now;
}

void alarm_set(u64 tsc)
{
	alarms[number].set = tsc;
	alarms[number].writes++;
}

void alarm_cancel(void)
{
	alarms[number].set = HOST_TIMER_NEVER;
	alarms[number].writes++;
}

bool alarm_is_set(void)
{
	return alarms[number].set != HOST_TIMER_NEVER;
}

/* What the model knows of a timer. */
struct model {
	u64 deadline; /* HOST_TIMER_NEVER: not set */
	u32 cpu;
};

static struct host_timer timers[TIMERS];
static struct model models[TIMERS];
static u64 rounds[CPUS]; /* up to when each CPU's timers have expired */
static u64 limits[CPUS]; /* when each has to look whatever its timers are */
static u64 last;	 /* the deadline that has expired last in this round */
static bool in_round;
static unsigned long expired;

static void set(size_t i, u64 tsc)
{
	host_timer_set(&timers[i], tsc);
	models[i].cpu = number;
	models[i].deadline = tsc == HOST_TIMER_NEVER
				     ? tsc
				     : max_u64(tsc, rounds[number] + 1);
}

static void cancel(size_t i)
{
	host_timer_cancel(&timers[i]);
	models[i].deadline = HOST_TIMER_NEVER;
}

static u64 some_time(void)
{
	return random_below(8) == 0 ? HOST_TIMER_NEVER
				    : now + random_below(300) - 100;
}

static void expire(struct host_timer *timer)
{
	size_t i = (size_t)(timer - timers);

	CHECK(in_round);
	CHECK_EQ(models[i].cpu, number);
	CHECK(models[i].deadline <= now);
	CHECK(models[i].deadline >= last);
	CHECK(!host_timer_is_set(timer));
	last = models[i].deadline;
	models[i].deadline = HOST_TIMER_NEVER;
	expired++;
	switch (random_below(4)) {
	case 0:
		set(i, some_time());
		break;
	case 1:
		set(random_below(TIMERS), some_time());
		break;
	case 2:
		cancel(random_below(TIMERS));
		break;
	default:
		cancel(i);
		break;
	}
}

static u64 model_next(void)
{
	u64 next = HOST_TIMER_NEVER;

	for (size_t i = 0; i < TIMERS; i++) {
		if (models[i].cpu == number) {
			next = min_u64(next, models[i].deadline);
		}
	}
	return next;
}

static u64 model_look(void)
{
	return min_u64(model_next(), limits[number]);
}

static void run(void)
{
	unsigned int writes = alarms[number].writes;
	u64 set_before = alarms[number].set;

	rounds[number] = now;
	last = 0;
	in_round = true;
	host_timers_run();
	in_round = false;
	CHECK(model_next() > now);
	CHECK_EQ(alarms[number].set, model_look());
	/* Taking back an alarm that has come by itself does no harm. */
	if (model_look() != HOST_TIMER_NEVER) {
		CHECK_EQ(alarms[number].writes - writes,
			 set_before != model_look() ? 1 : 0);
	}
}

static void limit(u64 tsc)
{
	limits[number] = tsc;
	host_timers_limit(tsc);
	CHECK_EQ(alarms[number].set, model_look());
}

static void start(void)
{
	now = 1000;
	for (number = 0; number < CPUS; number++) {
		alarms[number].set = HOST_TIMER_NEVER;
		limits[number] = HOST_TIMER_NEVER;
	}
	number = 0;
	for (size_t i = 0; i < TIMERS; i++) {
		timers[i] = (struct host_timer){.expire = expire};
		models[i] = (struct model){.deadline = HOST_TIMER_NEVER};
	}
}

static void step(void)
{
	number = (u32)random_below(CPUS);
	switch (random_below(6)) {
	case 0:
	case 1:
		set(random_below(TIMERS), some_time());
		CHECK(alarms[number].set <= model_next());
		break;
	case 2:
		cancel(random_below(TIMERS));
		break;
	case 3:
		now += random_below(60);
		break;
	case 4:
		limit(some_time());
		break;
	default:
		if (random_below(4) == 0) { /* it comes, early perhaps */
			alarms[number].set = HOST_TIMER_NEVER;
		}
		run();
		break;
	}
}

static bool anything_to_do(void)
{
	u64 next = model_look();

	return model_next() <= now ||
	       (next > now && next != HOST_TIMER_NEVER && !alarm_is_set());
}

static void as_a_list_does(void)
{
	start();
	for (unsigned int i = 0; i < STEPS; i++) {
		step();
		CHECK_EQ(host_timers_are_due(now), anything_to_do());
		if (!CHECK_EQ(host_timers_next(), model_look()) ||
		    unit_failed_checks > 0) {
			return;
		}
	}
	printf("# %lu timers expired\n", expired);
	CHECK(expired > STEPS / 20);
}

static unsigned int repeats;

static void set_into_the_past(struct host_timer *timer)
{
	repeats++;
	host_timer_set(timer, now - 5);
}

/* One that is always late comes once in a round. */
static void a_round_has_an_end(void)
{
	struct host_timer timer = {.expire = set_into_the_past};

	for (size_t i = 0; i < TIMERS; i++) {
		cancel(i);
	}
	number = 1;
	now += 1000;
	host_timer_set(&timer, now - 10);
	for (unsigned int i = 1; i < 5; i++) {
		now++;
		host_timers_run();
		CHECK_EQ(repeats, i);
		CHECK(alarms[number].set <= now + 1);
	}
	host_timer_cancel(&timer);
	host_timers_run();
	CHECK_EQ(repeats, 4);
}

static const struct unit_test tests[] = {
	UNIT_TEST(as_a_list_does),
	UNIT_TEST(a_round_has_an_end),
};

int main(void)
{
	return UNIT_RUN(tests);
}
