/*
 * scheduler: units on all CPUs of the machine, with alarms and interrupts as
 * they are. A unit's "guest" is a HLT with interrupts on, which nothing ends
 * but an alarm or a kick: so a CPU that is not told is a CPU that hangs.
 *
 * stage: h5
 */
#include "boot/kernel.h"
#include "cpu/alarm.h"
#include "cpu/instructions.h"
#include "cpu/lapic.h"
#include "cpu/pic.h"
#include "cpu/tsc.h"
#include "cpu/vectors.h"
#include "lib/printk.h"
#include "scheduler/scheduler.h"
#include "smp/cpu.h"
#include "smp/smp.h"

#define MS	   1000000ull /* in nanoseconds */
#define ALL_CPUS   (BIT(CPUS_MAX) - 1)
#define SLEEPERS   2u
#define SPINNERS   5u
#define UNITS	   (SLEEPERS + SPINNERS)
#define LENGTH	   (200 * MS)
#define NAP	   (2 * MS)
#define LATEST_NAP (3 * MS)

struct test_unit {
	struct sched_unit unit;
	struct host_timer timer;
	u64 naps;
};

static struct test_unit units[UNITS];
static bool is_over;
static bool all_good = true;

static void check(bool holds, const char *what)
{
	printk("%s: %s\n", holds ? "ok" : "FAILED", what);
	all_good = all_good && holds;
}

static enum sched_verdict spin(struct sched_unit *unit)
{
	(void)unit;
	do {
		sti_hlt();
		cli();
	} while (!scheduler_slice_is_over());
	return SCHED_SLICE_OVER;
}

static enum sched_verdict sleep(struct sched_unit *unit)
{
	struct test_unit *test = (struct test_unit *)unit;

	test->naps++;
	host_timer_set(&test->timer, rdtsc() + tsc_from_ns(NAP));
	return SCHED_BLOCK;
}

static void wake(struct host_timer *timer)
{
	for (u32 i = 0; i < SLEEPERS; i++) {
		if (&units[i].timer == timer) {
			scheduler_wake(&units[i].unit);
		}
	}
}

static void detach(struct sched_unit *unit)
{
	(void)unit;
}

static const struct sched_ops spinner = {.run = spin, .detach = detach};
static const struct sched_ops sleeper = {.run = sleep, .detach = detach};

static void end(struct host_timer *timer)
{
	(void)timer;
	__atomic_store_n(&is_over, true, __ATOMIC_RELEASE);
	for (u32 i = 0; i < smp_count(); i++) {
		scheduler_call(i);
	}
}

static bool stops(void *context)
{
	(void)context;
	return __atomic_load_n(&is_over, __ATOMIC_ACQUIRE);
}

static void nothing(void *context)
{
	(void)context;
}

static const struct sched_loop loop = {.stops = stops, .service = nothing};
static u32 left; /* how many CPUs have left the loop */

static void run_cpu(void *context)
{
	(void)context;
	scheduler_run(&loop);
	__atomic_fetch_add(&left, 1, __ATOMIC_RELEASE);
}

static struct error start(const struct boot_info *boot)
{
	struct error error;

	pic_init();
	error = lapic_enable(SPURIOUS_VECTOR);
	if (!failed(error)) {
		error = alarm_init(ALARM_VECTOR);
	}
	scheduler_set_slice(tsc_from_ns(MS));
	if (!failed(error)) {
		error = smp_start(boot, CPUS_MAX, run_cpu, NULL);
	}
	for (u32 i = 0; i < UNITS && !failed(error); i++) {
		units[i] = (struct test_unit){
			.unit = {.ops = i < SLEEPERS ? &sleeper : &spinner,
				 .allowed = ALL_CPUS,
				 .state = VCPU_FREE,
				 .cpu = SCHED_NO_CPU},
			.timer = {.expire = wake}};
		error = scheduler_add(&units[i].unit);
	}
	return error;
}

/* In thousandths of what is fair: the sleepers hardly take anything. */
static u64 share(const struct test_unit *test, u64 passed)
{
	u64 cpus = smp_count() < SPINNERS ? smp_count() : SPINNERS;

	return test->unit.ran * SPINNERS * 1000 / (passed * cpus);
}

static void look_at_units(u64 passed)
{
	for (u32 i = 0; i < SLEEPERS; i++) {
		printk("sleeper %u: %lu naps\n", i, units[i].naps);
		check(units[i].naps > LENGTH / LATEST_NAP &&
			      units[i].naps <= LENGTH / NAP + 1,
		      "a sleeper wakes in time");
	}
	for (u32 i = SLEEPERS; i < UNITS; i++) {
		u64 part = share(&units[i], passed);

		printk("spinner %u: %lu thousandths of what is fair\n", i,
		       part);
		check(part > 900 && part < 1100, "a spinner has its share");
	}
	for (u32 i = 0; i < smp_count(); i++) {
		struct sched_counters counters = scheduler_counters(i);

		printk("CPU %u: %lu runs, %lu switches, %lu migrations, "
		       "%lu us idle\n",
		       i, counters.runs, counters.switches, counters.migrations,
		       tsc_to_ns(counters.idle) / 1000);
	}
}

enum kernel_status kmain(const struct boot_info *boot)
{
	struct host_timer alarm = {.expire = end};
	struct error error = start(boot);
	u64 begin = rdtsc();

	if (failed(error)) {
		printk("%s %#lx\n", error.what, error.value);
		return KERNEL_FAILURE;
	}
	host_timer_set(&alarm, begin + tsc_from_ns(LENGTH));
	run_cpu(NULL);
	while (__atomic_load_n(&left, __ATOMIC_ACQUIRE) < smp_count()) {
		cpu_pause();
	}
	printk("CPUs: %u\n", smp_count());
	look_at_units(rdtsc() - begin);
	for (u32 i = 0; i < UNITS; i++) {
		host_timer_cancel(&units[i].timer);
		check(scheduler_remove(&units[i].unit), "a unit is off");
	}
	return all_good ? KERNEL_SUCCESS : KERNEL_FAILURE;
}
