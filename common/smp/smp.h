#pragma once
/*
 * All CPUs of the machine. A kernel begins on one; the others wait for what
 * starts them here.
 *
 * SDM: "Multiple-Processor (MP) Initialization".
 */
#include "boot/boot_info.h"
#include "lib/error.h"
#include "lib/types.h"

/*
 * Starts processors that the MADT lists as enabled, until `most` CPUs run, at
 * least 1, this one included; there are never more than CPUS_MAX. Each gets
 * this CPU's CR0, CR3, CR4 and IA32_EFER, the same interrupt table, a GDT and
 * a stack of its own with an unmapped page below, and an enabled local APIC
 * in the same mode. XCR0, MTRRs and the PAT are as its firmware left them.
 *
 * When all have come, each of them calls entry(context) with interrupts off,
 * and halts for ever if that returns. The numbers of CPUs are 0 .. count-1, in
 * the order in which they came; the caller's is 0.
 *
 * To be called once, on CPU 0, after lapic_enable(SPURIOUS_VECTOR).
 *
 * Errors, all of which leave the CPUs that have come running, with entry
 * called: no ACPI tables, or no sound MADT; no page below 1 MiB; the TSC's
 * frequency is not known; no memory for a CPU's stack; a CPU that did not come
 * in time. The value of the last two is the APIC ID of the first such CPU;
 * smp_missing() tells how many there are. Such a CPU has been reset and will
 * not come later.
 */
struct error smp_start(const struct boot_info *boot, u32 most,
		       void (*entry)(void *context), void *context);

/* What smp_count() reads. */
extern u32 smp_running;

/* How many CPUs run: 1 before smp_start(), the final number in entry(). */
static inline u32 smp_count(void)
{
	return __atomic_load_n(&smp_running, __ATOMIC_ACQUIRE);
}

/* How many CPUs smp_start() has tried to start in vain. */
u32 smp_missing(void);

/*
 * Interrupts the CPU with that number, below smp_count(): ends its HLT, or a
 * guest's run. The handler does nothing; one that has interrupts off gets it
 * when it lets them in. Also for the caller's own number. What the caller has
 * written before can be seen by the other one when the interrupt comes.
 */
void smp_kick(u32 number);
