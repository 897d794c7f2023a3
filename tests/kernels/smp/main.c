/*
 * smp: all CPUs of the machine, started and set to work together. Words of the
 * command line: cpus=N starts no more than that; x2apic has the first local
 * APIC in that mode; phantom has the MADT name a CPU that is not there in place
 * of its second one. panic=N has that CPU panic, and panics=all every one of
 * them at the same time; nmi=N sends it an NMI; guard=N has it write below its
 * stack; deep=N has it use its stack up; end=N has it end the kernel.
 */
#include "boot/cmdline.h"
#include "boot/kernel.h"
#include "cpu/alarm.h"
#include "cpu/instructions.h"
#include "cpu/lapic.h"
#include "cpu/msr.h"
#include "cpu/panic.h"
#include "cpu/pic.h"
#include "cpu/tsc.h"
#include "cpu/vectors.h"
#include "firmware/acpi_layout.h"
#include "lib/printk.h"
#include "lib/spinlock.h"
#include "lib/string.h"
#include "memory/frames.h"
#include "smp/cpu.h"
#include "smp/smp.h"

#define APIC_BASE_EXTD BIT(10)

#define ROUNDS	5000u
#define FRAMES	64u
#define NOBODY	UINT64_MAX
#define SECOND	1000000000ull /* in nanoseconds */
#define LINES	8
#define DEEPEST 1000000u
#define PHANTOM 77

static struct {
	struct spinlock lock;
	u64 locked_sum; /* under the lock */
	u64 atomic_sum;
	u32 arrived; /* how many CPUs have come to the present step's end */
	u32 kicked;  /* the number of the CPU that may go on; 0: none */
	u64 panics, nmis, guards, deeps, ends; /* numbers of CPUs, or NOBODY */
	bool all_panic;
} work;

static bool all_good = true;

static void check(bool holds, const char *what)
{
	printk("%s: %s\n", holds ? "ok" : "FAILED", what);
	all_good = all_good && holds;
}

/* Every CPU comes here; none goes on before all have. */
static void meet(void)
{
	u32 mine = __atomic_fetch_add(&work.arrived, 1, __ATOMIC_ACQ_REL);
	u32 all = (mine / smp_count() + 1) * smp_count();

	while (__atomic_load_n(&work.arrived, __ATOMIC_ACQUIRE) < all) {
		cpu_pause();
	}
}

static void count(void)
{
	for (u32 i = 0; i < ROUNDS; i++) {
		spin_lock(&work.lock);
		work.locked_sum++;
		spin_unlock(&work.lock);
		__atomic_fetch_add(&work.atomic_sum, 1, __ATOMIC_RELAXED);
	}
}

/* Frames that two CPUs were given would not keep what was written. */
static bool use_frames(void)
{
	static u64 *taken[CPUS_MAX][FRAMES];
	u64 **mine = taken[cpu_number()];
	bool good = true;

	for (u32 i = 0; i < FRAMES; i++) {
		hpa_t frame = frames_alloc_zeroed(FRAME_ORDER_4K);

		good = good && frame != FRAME_NONE;
		mine[i] = (u64 *)(uintptr_t)frame;
		if (good) {
			*mine[i] = cpu_number() + 1;
		}
	}
	for (u32 i = 0; i < FRAMES && good; i++) {
		good = *mine[i] == cpu_number() + 1;
		frames_free((hpa_t)(uintptr_t)mine[i], FRAME_ORDER_4K);
	}
	return good;
}

/* Sleeps until another CPU has set the word to this one's number, and kicked.
 */
static void sleep_until_kicked(void)
{
	while (__atomic_load_n(&work.kicked, __ATOMIC_ACQUIRE) !=
	       cpu_number()) {
		sti_hlt();
		cli();
	}
}

static void kick(u32 number)
{
	__atomic_store_n(&work.kicked, number, __ATOMIC_RELEASE);
	smp_kick(number);
}

static u32 use_up_stack(u32 depth)
{
	volatile u32 here[64] = {depth};

	return depth == DEEPEST ? here[0] : use_up_stack(depth + 1) + here[0];
}

/* What has been asked for on the command line, each of which is an end. */
static void do_harm(void)
{
	u32 self = cpu_number();

	if (work.all_panic || self == work.panics) {
		panic("asked for");
	}
	if (self == work.nmis) {
		(void)lapic_send_nmi(cpu_this()->apic_id);
	}
	if (self == work.guards) {
		*((volatile u8 *)cpu_stack_bottom(cpu_this()) - 8) = 1;
	}
	if (self == work.deeps) {
		printk("%u\n", use_up_stack(0));
	}
	if (self == work.ends) {
		kernel_end(KERNEL_SUCCESS);
	}
}

static bool harm_is_asked_for(void)
{
	return work.all_panic || work.panics != NOBODY || work.nmis != NOBODY ||
	       work.guards != NOBODY || work.deeps != NOBODY ||
	       work.ends != NOBODY;
}

static void print_lines(void)
{
	for (int i = 0; i < LINES; i++) {
		printk("line %2d of CPU %2u, %s\n", i, cpu_number(),
		       "and nobody else's");
	}
}

static void wait_for_alarm(void)
{
	u64 end = rdtsc() + tsc_from_ns(SECOND / 1000);

	while (rdtsc() < end) {
		alarm_set(end);
		sti_hlt();
		cli();
	}
	alarm_cancel();
}

/* What the others do; CPU 0 does the same between meetings of its own. */
static void work_together(void *context)
{
	(void)context;
	meet();
	count();
	if (!use_frames()) {
		panic("a frame was given out twice, or none was left");
	}
	meet();
	print_lines();
	meet();
	wait_for_alarm();
	meet();
	do_harm();
	if (harm_is_asked_for()) {
		return;
	}
	if (cpu_number() != 0) {
		sleep_until_kicked();
		printk("CPU %u was kicked\n", cpu_number());
		kick((cpu_number() + 1) % smp_count());
	}
}

static void print_cpus(void)
{
	for (u32 i = 0; i < smp_count(); i++) {
		const struct cpu *cpu = cpu_at(i);

		printk("CPU %u: APIC ID %u, TSC %+ld, give or take %lu\n",
		       cpu->number, cpu->apic_id, cpu->tsc_skew,
		       cpu->tsc_skew_error);
		check(cpu->tsc_skew <= (s64)cpu->tsc_skew_error &&
			      -cpu->tsc_skew <= (s64)cpu->tsc_skew_error,
		      "its TSC is in step");
	}
}

static void read_options(const char *cmdline)
{
	work.panics = work.nmis = work.guards = work.deeps = work.ends = NOBODY;
	(void)cmdline_number(cmdline, "nmi", &work.nmis);
	(void)cmdline_number(cmdline, "panic", &work.panics);
	(void)cmdline_number(cmdline, "guard", &work.guards);
	(void)cmdline_number(cmdline, "deep", &work.deeps);
	(void)cmdline_number(cmdline, "end", &work.ends);
	work.all_panic = cmdline_has(cmdline, "panics=all");
}

/* Has nobody the APIC ID of the MADT's second processor any more. */
static struct error make_phantom(const struct acpi *acpi)
{
	const struct acpi_table *table;
	struct error error = acpi_find(acpi, "APIC", 0, &table);
	u8 *bytes = (u8 *)(uintptr_t)table;
	u32 at = sizeof(struct madt_table);
	int processors = 0;

	while (!failed(error) && at < table->length) {
		struct madt_local_apic *cpu = (void *)&bytes[at];

		if (cpu->head.type == PROCESSOR_LOCAL_APIC &&
		    ++processors == 2) {
			bytes[offsetof(struct acpi_table, checksum)] +=
				(u8)(cpu->apic_id - PHANTOM);
			cpu->apic_id = PHANTOM;
		}
		at += cpu->head.length;
	}
	return error;
}

static struct error start(const struct boot_info *boot)
{
	u64 most = CPUS_MAX;
	struct error error;

	(void)cmdline_number(boot->cmdline, "cpus", &most);
	if (cmdline_has(boot->cmdline, "phantom") && boot->acpi != NULL) {
		error = make_phantom(boot->acpi);
		if (failed(error)) {
			return error;
		}
	}
	pic_init();
	if (cmdline_has(boot->cmdline, "x2apic")) {
		wrmsr(IA32_APIC_BASE, rdmsr(IA32_APIC_BASE) | APIC_BASE_EXTD);
	}
	error = lapic_enable(SPURIOUS_VECTOR);
	if (!failed(error)) {
		error = alarm_init(ALARM_VECTOR);
	}
	if (!failed(error)) {
		error = smp_start(boot, (u32)most, work_together, NULL);
	}
	return error;
}

enum kernel_status kmain(const struct boot_info *boot)
{
	struct error error;

	read_options(boot->cmdline);
	error = start(boot);
	if (failed(error)) {
		printk("%s %#lx\n", error.what, error.value);
	}
	printk("CPUs: %u, missing: %u\n", smp_count(), smp_missing());
	print_cpus();
	work_together(NULL);
	while (harm_is_asked_for()) {
		cpu_pause();
	}
	check(work.locked_sum == (u64)ROUNDS * smp_count(), "the lock");
	check(work.atomic_sum == work.locked_sum, "the atomic additions");
	kick(smp_count() == 1 ? 0 : 1);
	sleep_until_kicked();
	printk("CPU 0 was kicked\n");
	return all_good && !failed(error) ? KERNEL_SUCCESS : KERNEL_FAILURE;
}
