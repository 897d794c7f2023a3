/*
 * The scheduler on CPUs that are threads, in real time: what two of them do at
 * once. No wake is lost, no unit runs twice, and what is off is off.
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
#include "cpu/alarm.h"
#include "cpu/instructions.h"
#include "random.h"
#include "sched_task.h"
#include "smp/cpu.h"
#include "smp/smp.h"
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#define CPUS	4u
#define TASKS	12u
#define OUTSIDE (CPUS_MAX - 1)

/* Ticks: about 50 us, so that much happens in a second. */
#define SLICE 100000u

struct thread_cpu {
	bool interrupted; /* atomic */
	u64 alarm;	  /* its own thread's */
};

static struct thread_cpu thread_cpus[CPUS];
static __thread u32 number = OUTSIDE;
static bool stopping;

u64 host_cpu_now(void)
{
	return rdtsc();
}

u32 host_cpu_number(void)
{
	return number;
}

u32 host_cpu_count(void)
{
	return CPUS;
}

void smp_kick(u32 cpu)
{
	__atomic_store_n(&thread_cpus[cpu].interrupted, true, __ATOMIC_SEQ_CST);
}

void alarm_set(u64 tsc)
{
	thread_cpus[number].alarm = tsc;
}

void alarm_cancel(void)
{
	thread_cpus[number].alarm = HOST_TIMER_NEVER;
}

bool alarm_is_set(void)
{
	return thread_cpus[number].alarm != HOST_TIMER_NEVER;
}

_Noreturn void panic(const char *fmt, ...)
{
	printf("# panic: %s\n", fmt);
	abort();
}

bool sched_task_guest(u64 until)
{
	struct thread_cpu *cpu = &thread_cpus[number];

	while (rdtsc() < until) {
		if (__atomic_exchange_n(&cpu->interrupted, false,
					__ATOMIC_SEQ_CST)) {
			return false;
		}
		if (rdtsc() >= cpu->alarm) {
			cpu->alarm = HOST_TIMER_NEVER;
			return false;
		}
		sched_yield();
	}
	return true;
}

void host_cpu_wait(void)
{
	sched_task_guest(HOST_TIMER_NEVER);
}

static bool stops(void *context)
{
	(void)context;
	return __atomic_load_n(&stopping, __ATOMIC_ACQUIRE);
}

static void service(void *context)
{
	(void)context;
}

static void *cpu_main(void *argument)
{
	static const struct sched_loop loop = {.stops = stops,
					       .service = service};

	number = (u32)(size_t)argument;
	thread_cpus[number].alarm = HOST_TIMER_NEVER;
	scheduler_run(&loop);
	return NULL;
}

static u64 milliseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (u64)time.tv_sec * 1000 + (u64)time.tv_nsec / 1000000;
}

static struct sched_task tasks[TASKS];
static pthread_t threads[CPUS];

static void start_cpus(void)
{
	stopping = false;
	scheduler_set_slice(SLICE);
	for (size_t i = 0; i < CPUS; i++) {
		pthread_create(&threads[i], NULL, cpu_main, (void *)i);
	}
}

static void stop_cpus(void)
{
	__atomic_store_n(&stopping, true, __ATOMIC_RELEASE);
	for (u32 i = 0; i < CPUS; i++) {
		scheduler_call(i);
		pthread_join(threads[i], NULL);
	}
}

static bool is_seen(const struct sched_task *task)
{
	return __atomic_load_n(&task->seen, __ATOMIC_ACQUIRE) ==
	       __atomic_load_n(&task->posted, __ATOMIC_RELAXED);
}

/* Does it see all that was posted? A wake that is lost is so for ever. */
static bool sees(const struct sched_task *task)
{
	u64 end = milliseconds() + 20000;

	while (!is_seen(task)) {
		if (milliseconds() > end) {
			printf("# it is %s\n",
			       vcpu_state_name(task->unit.state));
			return false;
		}
		sched_yield();
	}
	return true;
}

static void end_task(struct sched_task *task)
{
	while (!sched_task_end(task)) {
		sched_yield();
	}
}

static void start_task(struct sched_task *task)
{
	sched_task_start(task, 1 + random_below(BIT(CPUS) - 1),
			 1 + random_below(SLICE / 2),
			 random_below(2) * random_below(SLICE));
}

/* Each of them posts to all tasks, as devices' interrupts do. */
static void *post_much(void *argument)
{
	u64 end = milliseconds() + 1000;
	unsigned long *posts = argument;

	while (milliseconds() < end && unit_failed_checks == 0) {
		for (u32 i = 0; i < TASKS; i++) {
			sched_task_post(&tasks[i]);
			++*posts;
		}
		sched_yield();
	}
	return NULL;
}

static void no_wake_is_lost(void)
{
	pthread_t posters[2];
	unsigned long posts[2] = {0};

	start_cpus();
	for (u32 i = 0; i < TASKS; i++) {
		start_task(&tasks[i]);
	}
	for (u32 i = 0; i < 2; i++) {
		pthread_create(&posters[i], NULL, post_much, &posts[i]);
	}
	for (u32 i = 0; i < 2; i++) {
		pthread_join(posters[i], NULL);
	}
	for (u32 i = 0; i < TASKS; i++) {
		CHECK(sees(&tasks[i]));
		end_task(&tasks[i]);
	}
	stop_cpus();
	printf("# %lu wakes and kicks\n", posts[0] + posts[1]);
}

/* One post at a time, to one that is about to sleep or just asleep. */
static void a_wake_at_the_wrong_moment(void)
{
	u64 end = milliseconds() + 1000;
	unsigned long posts = 0;

	start_cpus();
	sched_task_start(&tasks[0], 3, 1, 0);
	while (milliseconds() < end) {
		sched_task_post(&tasks[0]);
		posts++;
		if (!CHECK(sees(&tasks[0]))) {
			break;
		}
		for (u64 n = random_below(200); n > 0; n--) {
			cpu_pause();
		}
	}
	end_task(&tasks[0]);
	stop_cpus();
	printf("# %lu times woken\n", posts);
}

static void come_and_go(void)
{
	u64 end = milliseconds() + 1000;
	unsigned long ends = 0;

	start_cpus();
	for (u32 i = 0; i < TASKS; i++) {
		start_task(&tasks[i]);
	}
	while (milliseconds() < end && unit_failed_checks == 0) {
		struct sched_task *task = &tasks[random_below(TASKS)];

		sched_task_post(&tasks[random_below(TASKS)]);
		end_task(task);
		start_task(task);
		ends++;
	}
	for (u32 i = 0; i < TASKS; i++) {
		end_task(&tasks[i]);
	}
	stop_cpus();
	printf("# %lu ends and starts\n", ends);
}

static const struct unit_test tests[] = {
	UNIT_TEST(no_wake_is_lost),
	UNIT_TEST(a_wake_at_the_wrong_moment),
	UNIT_TEST(come_and_go),
};

int main(void)
{
	return UNIT_RUN(tests);
}
