#include "cpu/alarm.h"
#include "cpu/lapic.h"
#include "cpu/traps.h"
#include "cpu/tsc.h"
#include "smp/cpu.h"

/* The timer's ticks in one tick of the TSC, as a fraction of 2^32. */
static u64 ticks_per_tsc;
static u8 alarm_vector;

/* Of each CPU; its interrupt changes it. */
static bool is_set[CPUS_MAX];

static void note(bool set)
{
	__atomic_store_n(&is_set[cpu_number()], set, __ATOMIC_RELAXED);
}

static void on_alarm(struct trap_frame *frame)
{
	(void)frame;
	note(false);
	lapic_eoi();
}

static struct error measure(u8 vector)
{
	u64 hz = tsc_frequency_hz();
	u64 start, passed;
	u32 ticks;

	if (hz == 0) {
		return failure("the TSC's frequency is not known, Hz", hz);
	}
	start = tsc_read_between();
	lapic_timer_start(LAPIC_TIMER_ONE_SHOT, vector, UINT32_MAX);
	do {
		passed = tsc_read_between() - start;
	} while (passed < hz / 1000);
	ticks = UINT32_MAX - lapic_timer_left();
	lapic_timer_stop();
	ticks_per_tsc = ((u64)ticks << 32) / passed;
	if (ticks_per_tsc == 0) {
		return failure("the local APIC's timer does not count, ticks",
			       ticks);
	}
	return SUCCESS;
}

/* The timers of all CPUs count by one clock: once is enough. */
struct error alarm_init(u8 vector)
{
	alarm_vector = vector;
	traps_set_handler(vector, on_alarm);
	return ticks_per_tsc == 0 ? measure(vector) : SUCCESS;
}

void alarm_set(u64 tsc)
{
	u64 now = rdtsc();
	u64 wait = tsc > now ? min_u64(tsc - now, UINT32_MAX) : 0;
	u64 ticks = wait * ticks_per_tsc >> 32;

	note(true);
	/* A count of 0 would stop the timer. */
	lapic_timer_start(LAPIC_TIMER_ONE_SHOT, alarm_vector,
			  ticks == 0 ? 1 : (u32)min_u64(ticks, UINT32_MAX));
}

void alarm_cancel(void)
{
	lapic_timer_stop();
	note(false);
}

bool alarm_is_set(void)
{
	return __atomic_load_n(&is_set[cpu_number()], __ATOMIC_RELAXED);
}
