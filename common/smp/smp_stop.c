#include "smp/smp_stop.h"
#include "cpu/instructions.h"
#include "cpu/lapic.h"
#include "cpu/tsc.h"
#include "lib/printk.h"
#include "smp/cpu.h"
#include "smp/output_lock.h"

#define NOBODY UINT32_MAX

/* How long the others are waited for. One that hangs does not print either. */
#define PATIENCE_NS 200000000ull

static u32 ender = NOBODY; /* the number of the CPU that ends the kernel */

static _Noreturn void stop_here(void)
{
	cli();
	__atomic_store_n(&cpu_this()->state, CPU_STOPPED, __ATOMIC_RELEASE);
	for (;;) {
		hlt();
	}
}

static void on_nmi(struct trap_frame *frame)
{
	u32 number = __atomic_load_n(&ender, __ATOMIC_ACQUIRE);

	if (number == NOBODY || number == cpu_number()) {
		traps_report(frame);
	}
	stop_here();
}

void smp_stop_init(void)
{
	traps_set_handler(VECTOR_NMI, on_nmi);
}

static bool runs(const struct cpu *cpu)
{
	return __atomic_load_n(&cpu->state, __ATOMIC_ACQUIRE) == CPU_ONLINE;
}

/* False: another CPU has been here first. */
static bool become_ender(void)
{
	u32 first = NOBODY;

	return __atomic_compare_exchange_n(&ender, &first, cpu_number(), false,
					   __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static void stop_all_but(u32 number)
{
	u64 patience = tsc_from_ns(PATIENCE_NS);
	u64 start = rdtsc();

	for (u32 i = 0; cpu_at(i) != NULL; i++) {
		if (i != number && runs(cpu_at(i))) {
			(void)lapic_send_nmi(cpu_at(i)->apic_id);
		}
	}
	for (u32 i = 0; cpu_at(i) != NULL; i++) {
		while (i != number && runs(cpu_at(i)) &&
		       rdtsc() - start < patience) {
			cpu_pause();
		}
	}
}

/* By the same CPU again: kernel_end() after a panic, a fault in either. */
void smp_stop_others(void)
{
	if (!cpu_has_others()) {
		printk_to_console();
		return;
	}
	cli();
	if (__atomic_load_n(&ender, __ATOMIC_ACQUIRE) == cpu_number()) {
		return;
	}
	if (!become_ender()) {
		stop_here();
	}
	stop_all_but(cpu_number());
	printk_to_console();
	if (output_lock_break()) {
		printk("\n");
	}
}

void smp_stop_print_place(void)
{
	if (cpu_has_others()) {
		printk("CPU %u: ", cpu_number());
	}
}
