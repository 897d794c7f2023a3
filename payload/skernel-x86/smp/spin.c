#include "smp/spin.h"
#include "cpu/instructions.h"
#include "cpu/tsc.h"
#include "lib/printk.h"
#include "smp/crew.h"

static u64 duration; /* in ticks of the TSC */
static u64 counted[CPUS_MAX];
static u64 longest[CPUS_MAX];

/*
 * Whoever has had more of a shared CPU when it began, for its output say, has
 * less of it at first. That is over when the counting begins.
 */
static struct error count(void)
{
	u64 start = rdtsc() + duration / 2;
	u64 last = start, gap = 0, n = 0;

	while (rdtsc() < start) {
	}
	while (last - start < duration) {
		u64 now = rdtsc();

		gap = max_u64(gap, now - last);
		last = now;
		n++;
	}
	counted[cpu_number()] = n;
	longest[cpu_number()] = gap;
	return SUCCESS;
}

enum kernel_status spin_run(const struct boot_info *boot, u64 ms)
{
	struct error error;

	duration = tsc_from_ns(ms * 1000000);
	error = crew_run_or_alone(boot, count);
	cli();
	for (u32 i = 0; i < smp_count(); i++) {
		printk("spin: CPU %u counted %lu in %lu ms, without %lu us at "
		       "most\n",
		       i, counted[i], ms, tsc_to_ns(longest[i]) / 1000);
	}
	return failed(error) ? KERNEL_FAILURE : KERNEL_SUCCESS;
}
