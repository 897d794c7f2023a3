/*
 * machine: what common/ finds out about the machine, compared with another
 * source where there is one, and the local APICs at work. Words of the command
 * line: x2apic has the boot processor's local APIC in that mode.
 */
#include "boot/cmdline.h"
#include "boot/kernel.h"
#include "cpu/instructions.h"
#include "cpu/lapic.h"
#include "cpu/msr.h"
#include "cpu/pic.h"
#include "cpu/ports.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "cpu/tsc.h"
#include "firmware/fadt.h"
#include "firmware/madt.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "memory/physical.h"

#define TIMER_VECTOR	0x40
#define IPI_VECTOR	0x41
#define SPURIOUS_VECTOR 0xff

#define MILLISECOND 1000000ull /* in nanoseconds */

#define APIC_BASE_EXTD BIT(10)
#define PM_TIMER_HZ    3579545

/* Below 1 MiB, where a CPU starts; kernel_main() leaves that memory alone. */
#define AP_CODE	   0x8000
#define AP_COUNTER 0x8100

static struct madt madt;
static struct fadt fadt;
static volatile u32 ticks, ipis;
static bool all_good = true;

static void check(bool holds, const char *what)
{
	printk("%s: %s\n", holds ? "ok" : "FAILED", what);
	all_good = all_good && holds;
}

static void on_tick(struct trap_frame *frame)
{
	(void)frame;
	ticks++;
	lapic_eoi();
}

static void on_ipi(struct trap_frame *frame)
{
	(void)frame;
	ipis++;
	lapic_eoi();
}

static void wait_ns(u64 ns)
{
	u64 start = rdtsc();

	while (tsc_to_ns(rdtsc() - start) < ns) {
		cpu_pause();
	}
}

/* Waits up to a second until the counter has come that far. */
static bool reaches(volatile u32 *counter, u32 least)
{
	u64 start = rdtsc();

	while (*counter < least &&
	       tsc_to_ns(rdtsc() - start) < 1000 * MILLISECOND) {
		cpu_pause();
	}
	return *counter >= least;
}

static bool read_tables(const struct acpi *acpi)
{
	struct error error = madt_read(&madt, acpi);

	if (!failed(error)) {
		error = fadt_read(&fadt, acpi);
	}
	if (failed(error)) {
		printk("ACPI: %s: %#lx\n", error.what, error.value);
		return false;
	}
	printk("CPUs: %u, I/O APICs: %u, local APICs at %#lx\n", madt.cpu_count,
	       madt.io_apic_count, madt.local_apic);
	printk("PM1a_CNT: %#x, SLP_TYP for S5: %u, PM timer: %#x, %u bits\n",
	       fadt.pm1a_control, fadt.s5_sleep_type_a, fadt.pm_timer,
	       fadt.pm_timer_bits);
	return true;
}

/* The TSC's frequency by the PM timer, over 20 ms. */
static u64 hz_by_pm_timer(void)
{
	u32 mask = fadt.pm_timer_bits == 32 ? 0xffffffff : 0xffffff;
	u32 first = in32(fadt.pm_timer);
	u64 start = tsc_read_between();
	u32 counted;

	do {
		counted = (in32(fadt.pm_timer) - first) & mask;
	} while (counted < PM_TIMER_HZ / 50);
	return (tsc_read_between() - start) * PM_TIMER_HZ / counted;
}

static void try_tsc(void)
{
	u64 hz = tsc_frequency_hz();
	u64 other = hz_by_pm_timer();
	u64 before = tsc_read_after();

	printk("TSC: %lu Hz, by the PM timer %lu Hz\n", hz, other);
	/* Wide enough for an emulator on a busy machine. */
	check(hz > other / 4 * 3 && hz < other / 4 * 5, "the TSC's frequency");
	check(tsc_frequency_hz() == hz, "the same frequency once more");
	wait_ns(MILLISECOND);
	check(tsc_read_after() - before >= hz / 1000, "a millisecond passes");
	check(tsc_to_ns(hz) == 1000 * MILLISECOND, "a second in nanoseconds");
	check(tsc_to_ns(hz * 1000000) == 1000000000 * MILLISECOND,
	      "twelve days in nanoseconds");
}

static void try_timer(void)
{
	u32 seen;

	lapic_timer_start(LAPIC_TIMER_ONE_SHOT, TIMER_VECTOR, 10000);
	check(reaches(&ticks, 1), "the timer ticks");
	wait_ns(20 * MILLISECOND);
	check(ticks == 1 && lapic_timer_left() == 0, "it ticks once");
	lapic_timer_start(LAPIC_TIMER_PERIODIC, TIMER_VECTOR, 10000);
	check(reaches(&ticks, 11), "the timer ticks again and again");
	lapic_timer_stop();
	wait_ns(MILLISECOND);
	seen = ticks;
	wait_ns(20 * MILLISECOND);
	check(ticks == seen, "it ticks no more");
}

static void try_ipis(bool x2apic)
{
	check(lapic_send_fixed(lapic_id(), IPI_VECTOR) && reaches(&ipis, 1),
	      "an interrupt to itself");
	if (!x2apic) {
		check(!lapic_send_fixed(255, IPI_VECTOR) &&
			      !lapic_send_fixed(256, IPI_VECTOR),
		      "no such local APIC");
	}
}

/*
 * What the other CPUs run in real mode, CS being AP_CODE / 16:
 * lock incl %cs:AP_COUNTER - AP_CODE; 1: cli; hlt; jmp 1b
 */
static const u8 ap_code[] = {0xf0, 0x66, 0x2e, 0xff, 0x06, 0x00,
			     0x01, 0xfa, 0xf4, 0xeb, 0xfc};

/* SDM: "MP Initialization Example": INIT, 10 ms, start-up IPI. */
static void start_other_cpus(void)
{
	volatile u32 *counter = phys_to_virt(AP_COUNTER);
	bool sent = true;

	memcpy(phys_to_virt(AP_CODE), ap_code, sizeof(ap_code));
	*counter = 0;
	for (u32 i = 0; i < madt.cpu_count; i++) {
		u32 id = madt.cpus[i].apic_id;

		if (id == lapic_id()) {
			continue;
		}
		sent = sent && lapic_send_init(id);
		wait_ns(10 * MILLISECOND);
		sent = sent && lapic_send_startup(id, AP_CODE >> 12);
	}
	check(sent, "INIT and start-up IPIs are sent");
	check(reaches(counter, madt.cpu_count - 1), "the other CPUs run");
	wait_ns(20 * MILLISECOND);
	check(*counter == madt.cpu_count - 1, "each of them once");
}

enum kernel_status kmain(const struct boot_info *boot)
{
	bool x2apic = cmdline_has(boot->cmdline, "x2apic");

	if (boot->acpi == NULL || !read_tables(boot->acpi)) {
		return KERNEL_FAILURE;
	}
	try_tsc();
	pic_init();
	if (x2apic) {
		wrmsr(IA32_APIC_BASE, rdmsr(IA32_APIC_BASE) | APIC_BASE_EXTD);
	}
	struct error error = lapic_enable(SPURIOUS_VECTOR);

	if (failed(error)) {
		printk("%s %#lx\n", error.what, error.value);
		return KERNEL_FAILURE;
	}
	check(lapic_id() == madt.cpus[0].apic_id, "the first CPU's ID");
	traps_set_handler(TIMER_VECTOR, on_tick);
	traps_set_handler(IPI_VECTOR, on_ipi);
	sti();
	try_timer();
	try_ipis(x2apic);
	start_other_cpus();
	return all_good ? KERNEL_SUCCESS : KERNEL_FAILURE;
}
