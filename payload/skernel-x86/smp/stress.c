#include "smp/stress.h"
#include "cpu/instructions.h"
#include "cpu/lapic.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "cpu/tsc.h"
#include "lib/printk.h"
#include "smp/arrivals.h"
#include "smp/crew.h"
#include "smp/vector_registers.h"
#include "thread_registers.h"

#define SPREAD	     0x9e3779b97f4a7c15ull
#define LOOPS	     2000
#define ROUNDS_A_NAP 4
#define NAP_TICKS    1000 /* of the local APIC's timer */

#define CANONICAL 0x00007fffffffffffull
#define LOW_HALF  0x00000000ffffffffull
#define CR8_BITS  3 /* below the class of every interrupt here */

struct msr_row {
	u32 msr;
	u64 bits; /* that any value may have */
};

static const struct msr_row msrs[] = {
	{IA32_STAR, UINT64_MAX},	  {IA32_LSTAR, CANONICAL},
	{IA32_CSTAR, CANONICAL},	  {IA32_FMASK, LOW_HALF},
	{IA32_KERNEL_GS_BASE, CANONICAL}, {IA32_FS_BASE, CANONICAL},
	{IA32_SYSENTER_CS, LOW_HALF},	  {IA32_SYSENTER_ESP, CANONICAL},
	{IA32_SYSENTER_EIP, CANONICAL},
};

struct control_row {
	const char *name;
	u64 (*read)(void);
	void (*write)(u64 value);
	u64 bits;
};

/* DR7 stays as it is: no breakpoint is in force. */
static const struct control_row controls[] = {
	{"DR0 has become", read_dr0, write_dr0, UINT64_MAX},
	{"DR1 has become", read_dr1, write_dr1, UINT64_MAX},
	{"DR2 has become", read_dr2, write_dr2, UINT64_MAX},
	{"DR3 has become", read_dr3, write_dr3, UINT64_MAX},
	{"CR2 has become", read_cr2, write_cr2, UINT64_MAX},
	{"CR8 has become", read_cr8, write_cr8, CR8_BITS},
};

static u64 duration; /* in ticks of the TSC */
static u64 rounds[CPUS_MAX];
static struct error errors[CPUS_MAX];

static bool has_rdtscp(void)
{
	return (cpuid(CPUID_EXTENDED, 0).edx & CPUID_EXTENDED_EDX_RDTSCP) != 0;
}

static u64 value_of(u64 pattern, size_t row)
{
	return (pattern + row) * SPREAD;
}

static void fill(u64 pattern)
{
	for (size_t i = 0; i < ARRAY_SIZE(controls); i++) {
		controls[i].write(value_of(pattern, i) & controls[i].bits);
	}
	for (size_t i = 0; i < ARRAY_SIZE(msrs); i++) {
		wrmsr(msrs[i].msr, value_of(pattern, i) & msrs[i].bits);
	}
	if (has_rdtscp()) {
		wrmsr(IA32_TSC_AUX, pattern & LOW_HALF);
	}
}

static struct error compare(u64 pattern)
{
	for (size_t i = 0; i < ARRAY_SIZE(controls); i++) {
		u64 value = controls[i].read();

		if (value != (value_of(pattern, i) & controls[i].bits)) {
			return failure(controls[i].name, value);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(msrs); i++) {
		if (rdmsr(msrs[i].msr) !=
		    (value_of(pattern, i) & msrs[i].bits)) {
			return failure("not as it was, MSR", msrs[i].msr);
		}
	}
	if (has_rdtscp() && rdmsr(IA32_TSC_AUX) != (pattern & LOW_HALF)) {
		return failure("not as it was, MSR", IA32_TSC_AUX);
	}
	return SUCCESS;
}

/* A CPU that sleeps is the first to be moved. */
static void nap(void)
{
	const u32 *arrived = arrivals_on(cpu_number(), CREW_VECTOR_TIMER);
	u32 before = *arrived;

	cli();
	lapic_timer_start(LAPIC_TIMER_ONE_SHOT, CREW_VECTOR_TIMER, NAP_TICKS);
	while (__atomic_load_n(arrived, __ATOMIC_ACQUIRE) == before) {
		sti_hlt();
		cli();
	}
	sti();
}

static bool interrupts_are_on(void)
{
	return (read_rflags() & RFLAGS_IF) != 0;
}

static struct error hold(u64 pattern, u64 round, bool wide)
{
	u64 flags = RFLAGS_FIXED | (read_rflags() & RFLAGS_IF);

	fill(pattern);
	if (!thread_registers_hold(pattern, LOOPS, flags)) {
		return failure("general registers lost in round", round);
	}
	if (!vector_registers_hold(pattern, LOOPS, wide)) {
		return failure("x87, SSE or AVX registers lost in round",
			       round);
	}
	if (round % ROUNDS_A_NAP == 0 && interrupts_are_on()) {
		nap();
	}
	return compare(pattern);
}

static struct error stress(void)
{
	u32 me = cpu_number();
	u64 end = rdtsc() + duration;
	bool wide = vector_registers_enable();

	rounds[me] = 0;
	do {
		u64 pattern = ((u64)me << 56 | ++rounds[me]) * SPREAD;

		errors[me] = hold(pattern, rounds[me], wide);
	} while (!failed(errors[me]) && rdtsc() < end);
	write_cr8(0);
	return errors[me];
}

enum kernel_status stress_run(const struct boot_info *boot, u64 ms)
{
	struct error error;

	duration = tsc_from_ns(ms * 1000000);
	arrivals_listen(CREW_VECTOR_TIMER);
	error = crew_run_or_alone(boot, stress);
	cli();
	for (u32 i = 0; i < smp_count(); i++) {
		if (failed(errors[i])) {
			printk("stress-registers: CPU %u: BAD: %s %#lx\n", i,
			       errors[i].what, errors[i].value);
		} else {
			printk("stress-registers: CPU %u: %lu rounds: good\n",
			       i, rounds[i]);
		}
	}
	if (crew_is_lost()) {
		printk("stress-registers: CPU %u: BAD: %s\n", crew_culprit(),
		       error.what);
	}
	return failed(error) ? KERNEL_FAILURE : KERNEL_SUCCESS;
}
