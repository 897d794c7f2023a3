#include "bench.h"
#include "bench_loops.h"
#include "cpu/traps.h"
#include "cpu/tsc.h"
#include "lib/printk.h"

#define COUNT	1000 /* even: see bench_cr0 */
#define BATCHES 5
#define TRIAL	2

#define KIND(name, loop)                                 \
	{                                                \
		name, bench_##loop, bench_##loop##_empty \
	}

static const struct {
	const char *name;
	bench_loop loop, empty;
} kinds[] = {
	KIND("cpuid", cpuid),
	KIND("vmcall", vmcall),
	KIND("port-device", port_device), /* the UART's scratch register */
	KIND("port-in", port_in),
	KIND("port-pic", port_pic),
	KIND("port-nobody", port_nobody),
	KIND("rdmsr", rdmsr), /* IA32_APIC_BASE */
	KIND("wrmsr", wrmsr), /* IA32_TSC_ADJUST, the value that it has */
	KIND("cr0", cr0),     /* CR0.NE, which VMX operation keeps set */
	KIND("mmio-read", mmio_read),
	KIND("mmio-write", mmio_write),
};

static void on_refusal(struct trap_frame *frame)
{
	frame->rip = (u64)(uintptr_t)bench_refused;
}

/* The shortest of the batches: what else the machine does only adds to it. */
static u64 ticks_of(bench_loop loop)
{
	u64 shortest = UINT64_MAX;

	for (int i = 0; i < BATCHES; i++) {
		u64 start = tsc_read_between();

		(void)loop(COUNT);
		shortest = min_u64(shortest, tsc_read_between() - start);
	}
	return shortest;
}

void bench_run(void)
{
	traps_set_handler(VECTOR_INVALID_OPCODE, on_refusal);
	traps_set_handler(VECTOR_GENERAL_PROTECTION, on_refusal);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		u64 all, empty;

		if (!kinds[i].loop(TRIAL)) {
			printk("bench: %s skipped: this CPU refuses it\n",
			       kinds[i].name);
			continue;
		}
		all = ticks_of(kinds[i].loop);
		empty = ticks_of(kinds[i].empty);
		printk("bench: %s %lu ticks\n", kinds[i].name,
		       (all - min_u64(all, empty) + COUNT / 2) / COUNT);
	}
	traps_set_handler(VECTOR_INVALID_OPCODE, NULL);
	traps_set_handler(VECTOR_GENERAL_PROTECTION, NULL);
}
