/*
 * The timer of every local APIC at once, held against the time-stamp counter.
 *
 * SDM: "APIC Timer". A timer is never early. How late it may be depends on
 * who else wants the CPU: under a hypervisor, other machines.
 */
#include "cpu/instructions.h"
#include "cpu/lapic.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "cpu/tsc.h"
#include "smp/apic.h"
#include "smp/arrivals.h"
#include "smp/checks.h"
#include "smp/crew.h"
#include "smp/under_tour.h"

#define PERIOD_NS	 5000000ull
#define PERIODS		 4u
#define SAMPLES		 8
#define EARLY_PER_CENT	 2
#define LATE_NS		 1000000ull
#define LATE_AS_GUEST_NS 2000000000ull
#define SETTLE_US	 20u

/* A reading of the timer and of the TSC at the same time, nearly. */
struct moment {
	u64 tsc;
	u64 width; /* how nearly, in ticks of the TSC */
	u32 left;
};

static struct moment now(void)
{
	struct moment best = {.width = UINT64_MAX};

	for (int i = 0; i < SAMPLES; i++) {
		u64 before = tsc_read_between();
		u32 left = lapic_timer_left();
		u64 after = tsc_read_between();

		if (after - before < best.width) {
			best = (struct moment){before, after - before, left};
		}
	}
	return best;
}

/* What the timer counts in a period, as far as the two readings can tell. */
struct pace {
	u32 count; /* 0: it stands still */
	u64 doubt; /* that period may be off by so many ticks of the TSC */
};

static struct pace measure(void)
{
	struct moment first, last;

	lapic_timer_start(LAPIC_TIMER_ONE_SHOT, CREW_VECTOR_TIMER, UINT32_MAX);
	first = now();
	crew_pause_us(PERIOD_NS / 1000);
	last = now();
	lapic_timer_stop();
	return (struct pace){
		.count = (u32)((first.left - last.left) *
			       tsc_from_ns(PERIOD_NS) / (last.tsc - first.tsc)),
		.doubt = first.width + last.width,
	};
}

static u64 allowed_lateness(void)
{
	bool guest = (cpuid(CPUID_FEATURES, 0).ecx &
		      CPUID_FEATURES_ECX_HYPERVISOR) != 0;

	return tsc_from_ns(guest ? LATE_AS_GUEST_NS : LATE_NS);
}

/* Was what is due some time after the start on time, give or take a doubt? */
static struct error judge(u64 start, u64 due, u64 doubt)
{
	u64 passed = arrivals_last_tsc(cpu_number()) - start;

	if (passed + due * EARLY_PER_CENT / 100 + doubt < due) {
		return failure("the timer was early, TSC ticks", due - passed);
	}
	if (passed > due + allowed_lateness()) {
		return failure("the timer was late, TSC ticks", passed - due);
	}
	return SUCCESS;
}

/* Starts the timer and waits until it has interrupted so often. */
static struct error run(enum lapic_timer mode, u32 times)
{
	const u32 *arrived = arrivals_on(cpu_number(), CREW_VECTOR_TIMER);
	struct pace pace = measure();
	u32 before = *arrived;
	u64 start;
	struct error error;

	if (pace.count == 0) {
		return failure("the timer does not count, ticks", pace.count);
	}
	start = tsc_read_between();
	lapic_timer_start(mode, CREW_VECTOR_TIMER, pace.count);
	if (!crew_wait(arrived, before + times)) {
		return failure("the timer's interrupts:", *arrived - before);
	}
	error = judge(start, tsc_from_ns(PERIOD_NS) * times,
		      pace.doubt * times);
	if (mode == LAPIC_TIMER_PERIODIC) {
		lapic_timer_stop();
	}
	before = *arrived;
	crew_pause_us(PERIOD_NS / 1000 + SETTLE_US);
	if (*arrived != before) {
		return failure("the timer does not stop, interrupts",
			       *arrived - before);
	}
	return error;
}

static struct error run_once(void)
{
	return run(LAPIC_TIMER_ONE_SHOT, 1);
}

static struct error run_periodically(void)
{
	return run(LAPIC_TIMER_PERIODIC, PERIODS);
}

struct error check_timer_once(void)
{
	arrivals_listen(CREW_VECTOR_TIMER);
	return crew_run(run_once);
}

struct error check_timer_periodic(void)
{
	arrivals_listen(CREW_VECTOR_TIMER);
	return crew_run(run_periodically);
}

/* MFENCE: the MSR's meaning comes from an LVT entry that may be memory. */
static void use_deadlines(void)
{
	apic_write(APIC_LVT_TIMER, APIC_TIMER_DEADLINE | CREW_VECTOR_TIMER);
	asm volatile("mfence" : : : "memory");
}

/* One that lies ahead, one that has passed, and one that is taken back. */
static struct error meet_deadlines(void)
{
	const u32 *arrived = arrivals_on(cpu_number(), CREW_VECTOR_TIMER);
	u32 before = *arrived;
	u64 ahead = tsc_from_ns(PERIOD_NS);
	u64 start;
	struct error error;

	use_deadlines();
	start = tsc_read_between();
	wrmsr(IA32_TSC_DEADLINE, start + ahead);
	if (!crew_wait(arrived, before + 1)) {
		return failure("no interrupt at the deadline", start + ahead);
	}
	if (arrivals_last_tsc(cpu_number()) < start + ahead) {
		return failure("before the deadline, TSC",
			       arrivals_last_tsc(cpu_number()));
	}
	error = judge(start, ahead, 0);
	/* SDM: "TSC-Deadline Mode"; Bochs leaves it as it was. */
	if (under_tour() && rdmsr(IA32_TSC_DEADLINE) != 0) {
		return failure("a deadline that is over stays",
			       rdmsr(IA32_TSC_DEADLINE));
	}
	start = tsc_read_between();
	wrmsr(IA32_TSC_DEADLINE, start - 1);
	if (!crew_wait(arrived, before + 2)) {
		return failure("no interrupt at a past deadline", start - 1);
	}
	return failed(error) ? error : judge(start, 0, 0);
}

static struct error take_deadline_back(void)
{
	const u32 *arrived = arrivals_on(cpu_number(), CREW_VECTOR_TIMER);
	u64 deadline = rdtsc() + tsc_from_ns(10 * PERIOD_NS);
	u32 before = *arrived;

	wrmsr(IA32_TSC_DEADLINE, deadline);
	if (rdmsr(IA32_TSC_DEADLINE) != deadline && *arrived == before) {
		return failure("the deadline reads as",
			       rdmsr(IA32_TSC_DEADLINE));
	}
	wrmsr(IA32_TSC_DEADLINE, 0);
	before = *arrived;
	while (rdtsc() < deadline + tsc_from_ns(SETTLE_US * 1000)) {
		cpu_pause();
	}
	return *arrived == before ? SUCCESS
				  : failure("one that was taken back comes",
					    *arrived - before);
}

static struct error run_deadlines(void)
{
	struct error error = meet_deadlines();

	if (!failed(error)) {
		error = take_deadline_back();
	}
	wrmsr(IA32_TSC_DEADLINE, 0);
	lapic_timer_stop();
	return error;
}

struct error check_timer_deadline(void)
{
	arrivals_listen(CREW_VECTOR_TIMER);
	return crew_run(run_deadlines);
}
