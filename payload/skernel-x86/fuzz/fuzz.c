#include "fuzz/fuzz.h"
#include "console/console.h"
#include "cpu/instructions.h"
#include "cpu/pic.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "fuzz/fuzz_attempt.h"
#include "fuzz/fuzz_ground.h"
#include "fuzz/fuzz_tables.h"
#include "lib/printk.h"
#include "pit.h"

#define DEADLINE (PIT_HZ / 1000)

/* An attempt may have changed how they work. */
static void restore_devices(void)
{
	pic_init();
	pit_start_once(DEADLINE);
}

/* How an attempt ends that has come to its last instruction. */
static bool is_fault(u32 vector)
{
	return vector != VECTOR_BREAKPOINT && vector < TRAP_EXCEPTIONS;
}

/* XSETBV and its kin are to do something where the CPU has them. */
static u64 cr4_to_start_with(void)
{
	bool xsave =
		(cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_XSAVE) != 0;

	return read_cr4() | (xsave ? CR4_OSXSAVE : 0);
}

enum kernel_status fuzz_run(u64 seed, u64 count)
{
	struct fuzz_random random = {.state = seed};
	u64 cr0 = read_cr0(), cr4 = cr4_to_start_with();
	struct fuzz_cpu cpu;
	u64 faults = 0;

	fuzz_tables_init();
	pic_unmask(PIT_IRQ);
	for (u64 i = 0; i < count; i++) {
		fuzz_ground_restore();
		fuzz_attempt_make(&random, &cpu, cr0, cr4);
		restore_devices();
		faults += is_fault(fuzz_enter(&cpu)) ? 1 : 0;
	}
	pit_stop();
	pic_init();
	console_init();
	printk("fuzz: seed %lu: %lu attempts, %lu faults\n", seed, count,
	       faults);
	return KERNEL_SUCCESS;
}
