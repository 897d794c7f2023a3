#include "smp/bench_interrupts.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "cpu/tsc.h"
#include "lib/printk.h"
#include "memory/physical.h"
#include "smp/apic.h"
#include "smp/arrivals.h"
#include "smp/checks.h"
#include "smp/crew.h"

#define COUNT	    50u
#define BATCHES	    4
#define RECEIVER    1u
#define SETTLE_US   100
#define DEADLINE_US 100

/* The register page in xAPIC mode; NULL in x2APIC mode. */
static volatile u32 *page;

/* As briefly as can be: with no look at what mode it is or was. */
static void send(u32 cpu)
{
	const u32 command = APIC_FIXED | APIC_ASSERT | CREW_VECTOR_IPI;
	u32 id = cpu_at(cpu)->apic_id;

	if (page == NULL) {
		asm volatile("mfence; lfence" : : : "memory");
		wrmsr(IA32_X2APIC_BASE + (APIC_COMMAND >> 4),
		      (u64)id << 32 | command);
	} else {
		page[APIC_COMMAND_HIGH / sizeof(u32)] = id << APIC_ID_SHIFT;
		page[APIC_COMMAND / sizeof(u32)] = command;
	}
}

/* Sends one and gives the ticks until it was taken; 0: it was not. */
static u64 take_one(u32 cpu)
{
	const u32 *arrived = arrivals_on(cpu, CREW_VECTOR_IPI);
	u32 before = *arrived;
	u64 start = tsc_read_between();

	send(cpu);
	return crew_wait(arrived, before + 1) ? arrivals_last_tsc(cpu) - start
					      : 0;
}

static u64 self_ipi(void)
{
	const u32 *arrived = arrivals_on(0, CREW_VECTOR_IPI);
	u32 before = *arrived;
	u64 start = tsc_read_between();

	send(0);
	while (__atomic_load_n(arrived, __ATOMIC_ACQUIRE) == before) {
		cpu_pause();
	}
	return tsc_read_between() - start;
}

static u64 ipi(void)
{
	return take_one(RECEIVER);
}

/* Long enough after the last one for the receiver to be in HLT again. */
static u64 wake(void)
{
	crew_pause_us(SETTLE_US);
	return take_one(RECEIVER);
}

static u64 timer(void)
{
	const u32 *arrived = arrivals_on(0, CREW_VECTOR_TIMER);
	u32 before = *arrived;
	u64 deadline = rdtsc() + tsc_from_ns(DEADLINE_US * 1000);

	wrmsr(IA32_TSC_DEADLINE, deadline);
	return crew_wait(arrived, before + 1) ? arrivals_last_tsc(0) - deadline
					      : 0;
}

/* The shortest of the batches: what else the machine does only adds to it. */
static u64 ticks_of(u64 (*once)(void))
{
	u64 shortest = UINT64_MAX;

	for (int i = 0; i < BATCHES; i++) {
		u64 sum = 0;

		for (u32 n = 0; n < COUNT; n++) {
			sum += once();
		}
		shortest = min_u64(shortest, (sum + COUNT / 2) / COUNT);
	}
	return shortest;
}

static u64 (*measured)(void);
static u64 ticks;
static bool over;
static bool receiver_halts;

static void receive(void)
{
	while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE)) {
		if (receiver_halts) {
			sti_hlt();
		} else {
			cpu_pause();
		}
	}
}

/* The receiver in HLT has to be told that it is over. */
static struct error measure(void)
{
	if (cpu_number() == RECEIVER) {
		receive();
	} else if (cpu_number() == 0) {
		ticks = ticks_of(measured);
		__atomic_store_n(&over, true, __ATOMIC_RELEASE);
		if (smp_count() > RECEIVER) {
			send(RECEIVER);
		}
	}
	return SUCCESS;
}

static void print_ticks(const char *name, u64 (*once)(void), bool halts)
{
	struct error error;

	measured = once;
	receiver_halts = halts;
	over = false;
	error = crew_run(measure);
	if (failed(error)) {
		printk("bench: %s%s skipped: %s\n",
		       page == NULL ? "x2apic-" : "", name, error.what);
	} else {
		printk("bench: %s%s %lu ticks\n", page == NULL ? "x2apic-" : "",
		       name, ticks);
	}
}

static void skip(const char *name, const char *why)
{
	printk("bench: %s%s skipped: %s\n", page == NULL ? "x2apic-" : "", name,
	       why);
}

static bool offered(u64 ecx_bit)
{
	return (cpuid(CPUID_FEATURES, 0).ecx & ecx_bit) != 0;
}

static void measure_all(void)
{
	page = apic_in_x2apic_mode() ? NULL
				     : phys_to_virt(rdmsr(IA32_APIC_BASE) &
						    APIC_BASE_ADDRESS);
	print_ticks("self-ipi", self_ipi, false);
	if (smp_count() > RECEIVER) {
		print_ticks("ipi", ipi, false);
		print_ticks("wake", wake, true);
	} else {
		skip("ipi", "a single CPU");
		skip("wake", "a single CPU");
	}
	if (offered(CPUID_FEATURES_ECX_TSC_DEADLINE)) {
		apic_write(APIC_LVT_TIMER,
			   APIC_TIMER_DEADLINE | CREW_VECTOR_TIMER);
		asm volatile("mfence" : : : "memory");
		print_ticks("timer", timer, false);
		apic_write(APIC_LVT_TIMER, APIC_LVT_MASKED);
	} else {
		skip("timer", "no TSC deadline");
	}
}

void bench_interrupts_run(const struct boot_info *boot)
{
	struct error error = crew_start(boot);

	if (failed(error)) {
		printk("bench: interrupts skipped: %s\n", error.what);
		cli();
		return;
	}
	arrivals_listen(CREW_VECTOR_IPI);
	arrivals_listen(CREW_VECTOR_TIMER);
	measure_all();
	if (!apic_in_x2apic_mode() && offered(CPUID_FEATURES_ECX_X2APIC) &&
	    !failed(check_x2apic())) {
		measure_all();
	}
	cli();
}
