#include "smp/smp.h"
#include "cpu/instructions.h"
#include "cpu/lapic.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "cpu/tsc.h"
#include "cpu/vectors.h"
#include "firmware/madt.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "memory/physical.h"
#include "smp/ap_entry.h"
#include "smp/cpu.h"
#include "smp/output_lock.h"
#include "smp/smp_stop.h"
#include "smp/tsc_skew.h"

/* "Typical BSP Initialization Sequence"; the last one is our own patience. */
#define INIT_NS	    10000000ull
#define STARTUP_NS  200000ull
#define PATIENCE_NS 1000000000ull

/* Bits of IA32_EFER that software may write. */
#define EFER_WRITABLE (EFER_SCE | EFER_LME | EFER_NXE)

u32 smp_running = 1;
static u32 missing;

/* What the CPUs that start read. */
static struct {
	u64 cr0;
	u64 cr4;
	struct tsc_meeting meeting;
	void (*entry)(void *context);
	void *context;
	bool go; /* all have come */
} shared;

static enum cpu_state state_of(const struct cpu *cpu)
{
	return __atomic_load_n(&cpu->state, __ATOMIC_ACQUIRE);
}

static void set_state(struct cpu *cpu, enum cpu_state state)
{
	__atomic_store_n(&cpu->state, state, __ATOMIC_RELEASE);
}

static _Noreturn void park(void)
{
	for (;;) {
		cli();
		hlt();
	}
}

_Noreturn void ap_main(struct cpu *cpu)
{
	write_cr0(shared.cr0);
	write_cr4(shared.cr4);
	gdt_load(&cpu->gdt);
	traps_load();
	cpu_enter(cpu);
	if (failed(lapic_enable(SPURIOUS_VECTOR))) {
		set_state(cpu, CPU_UNFIT);
		park();
	}
	set_state(cpu, CPU_ONLINE);
	tsc_skew_answer(&shared.meeting);
	while (!__atomic_load_n(&shared.go, __ATOMIC_ACQUIRE)) {
		cpu_pause();
	}
	shared.entry(shared.context);
	park();
}

/* Returns early if the CPU has been heard of; cpu may be NULL. */
static void wait_ns(u64 ns, const struct cpu *cpu)
{
	u64 ticks = tsc_from_ns(ns);
	u64 start = rdtsc();

	while (rdtsc() - start < ticks &&
	       (cpu == NULL || state_of(cpu) == CPU_SILENT)) {
		cpu_pause();
	}
}

/* A CPU that has heard the first start-up IPI takes no notice of the second. */
static bool wake(const struct cpu *cpu, u8 page)
{
	if (!lapic_send_init(cpu->apic_id)) {
		return false;
	}
	wait_ns(INIT_NS, NULL);
	for (int i = 0; i < 2 && state_of(cpu) == CPU_SILENT; i++) {
		if (!lapic_send_startup(cpu->apic_id, page)) {
			return false;
		}
		wait_ns(STARTUP_NS, cpu);
	}
	wait_ns(PATIENCE_NS, cpu);
	return state_of(cpu) == CPU_ONLINE;
}

/* INIT has a CPU that came half of the way wait for a start-up IPI again. */
static struct error start(u32 apic_id, u8 page)
{
	struct cpu *cpu = cpu_make(smp_running, apic_id);
	struct tsc_skew skew;

	if (cpu == NULL) {
		return failure("no memory for the stack of the CPU with APIC "
			       "ID",
			       apic_id);
	}
	shared.meeting = (struct tsc_meeting){0};
	ap_start.stack_top = cpu_stack_top(cpu);
	ap_start.cpu = cpu;
	if (!wake(cpu, page)) {
		(void)lapic_send_init(apic_id);
		wait_ns(INIT_NS, NULL);
		cpu_forget(cpu);
		return failure("no sign of life from the CPU with APIC ID",
			       apic_id);
	}
	skew = tsc_skew_ask(&shared.meeting);
	cpu->tsc_skew = skew.ticks;
	cpu->tsc_skew_error = skew.error;
	__atomic_store_n(&smp_running, smp_running + 1, __ATOMIC_RELEASE);
	return SUCCESS;
}

static struct error start_all(const struct madt *madt, u32 most, u8 page)
{
	struct error first = SUCCESS;

	for (u32 i = 0; i < madt->cpu_count && smp_running < most; i++) {
		const struct madt_cpu *cpu = &madt->cpus[i];
		struct error error;

		if (!cpu->enabled || cpu->apic_id == lapic_id()) {
			continue;
		}
		error = start(cpu->apic_id, page);
		if (failed(error)) {
			missing++;
			first = failed(first) ? first : error;
		}
	}
	return first;
}

static void on_kick(struct trap_frame *frame)
{
	(void)frame;
	lapic_eoi();
}

/* It wants no EOI: "Spurious Interrupt". */
static void on_spurious(struct trap_frame *frame)
{
	(void)frame;
}

static struct error prepare(struct madt *madt, const struct boot_info *boot)
{
	if (boot->acpi == NULL) {
		return failure("no ACPI tables that name CPUs, at", 0);
	}
	if (boot->startup_page == 0) {
		return failure("no free page for CPUs to start in, below",
			       MIB(1));
	}
	if (tsc_frequency_hz() == 0) {
		return failure("the TSC's frequency is not known, Hz", 0);
	}
	memcpy(phys_to_virt(boot->startup_page), ap_trampoline,
	       ap_trampoline_size);
	ap_start.cr3 = read_cr3();
	ap_start.efer = rdmsr(IA32_EFER) & EFER_WRITABLE;
	shared.cr0 = read_cr0();
	shared.cr4 = read_cr4();
	smp_stop_init();
	printk_lock_with(output_lock_take, output_lock_give);
	return madt_read(madt, boot->acpi);
}

struct error smp_start(const struct boot_info *boot, u32 most,
		       void (*entry)(void *context), void *context)
{
	static struct madt madt;
	struct error error;

	traps_set_handler(KICK_VECTOR, on_kick);
	traps_set_handler(SPURIOUS_VECTOR, on_spurious);
	cpu_this()->apic_id = lapic_id();
	set_state(cpu_this(), CPU_ONLINE);
	if (most <= 1) {
		return SUCCESS;
	}
	error = prepare(&madt, boot);
	if (failed(error)) {
		return error;
	}
	shared.entry = entry;
	shared.context = context;
	error = start_all(&madt, (u32)min_u64(most, CPUS_MAX),
			  (u8)(boot->startup_page >> 12));
	__atomic_store_n(&shared.go, true, __ATOMIC_RELEASE);
	return error;
}

u32 smp_missing(void)
{
	return missing;
}

void smp_kick(u32 number)
{
	while (!lapic_send_fixed(cpu_at(number)->apic_id, KICK_VECTOR)) {
		cpu_pause();
	}
}
