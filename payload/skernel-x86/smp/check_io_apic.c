/*
 * The I/O APIC, by the interrupt that every machine can make come: the PIT's.
 *
 * "82093AA I/O Advanced Programmable Interrupt Controller", data sheet.
 */
#include "cpu/instructions.h"
#include "firmware/madt.h"
#include "memory/physical.h"
#include "pit.h"
#include "smp/arrivals.h"
#include "smp/checks.h"
#include "smp/crew.h"
#include "smp/under_tour.h"

#define WINDOW	      0x10 /* bytes from the select register */
#define VERSION	      0x01
#define REDIRECTION   0x10 /* two registers for each input */
#define ENTRY_LEVEL   BIT(15)
#define ENTRY_REMOTE  BIT(14) /* a level interrupt has no EOI yet */
#define ENTRY_MASKED  BIT(16)
#define ID_SHIFT      24
#define PIT_PIN	      2u /* as PCs wire it, and as MADT overrides say */
#define PIT_COUNT     (PIT_HZ / 2000)
#define TICKS	      3u
#define TICKS_US      2000u
#define SETTLE_US     200u
#define PINS_AT_LEAST 24u

static volatile u32 *io_apic;

struct error checks_init(const struct boot_info *boot)
{
	static struct madt madt;
	struct error error = madt_read(&madt, boot->acpi);

	if (failed(error)) {
		return error;
	}
	if (madt.io_apic_count == 0) {
		return failure("I/O APICs in the MADT:", 0);
	}
	io_apic = phys_to_virt(madt.io_apics[0].address);
	return SUCCESS;
}

static u32 read(u32 number)
{
	io_apic[0] = number;
	return io_apic[WINDOW / sizeof(u32)];
}

static void write(u32 number, u32 value)
{
	io_apic[0] = number;
	io_apic[WINDOW / sizeof(u32)] = value;
}

/* Masked first, so that no half of an entry is in force. */
static void redirect(u32 entry, u32 cpu)
{
	const u32 low = REDIRECTION + 2 * PIT_PIN;

	write(low, ENTRY_MASKED);
	write(low + 1, cpu_at(cpu)->apic_id << ID_SHIFT);
	write(low, entry);
}

static u32 entry_now(void)
{
	return read(REDIRECTION + 2 * PIT_PIN);
}

static struct error nothing(void)
{
	return SUCCESS;
}

/*
 * Interrupts that are on their way are taken: every CPU, even one that somebody
 * has stopped for a while, has had interrupts on since.
 */
static struct error settle(void)
{
	crew_pause_us(SETTLE_US);
	return crew_run(nothing);
}

/* Nobody but one CPU has had any. */
static struct error only(u32 cpu)
{
	u32 had = *arrivals_on(cpu, CREW_VECTOR_PIT);
	u32 total = arrivals_total(CREW_VECTOR_PIT);

	return total == had ? SUCCESS
			    : failure("interrupts at other CPUs:", total - had);
}

static struct error tick_at(u32 cpu)
{
	struct error error = SUCCESS, settled;

	arrivals_clear(CREW_VECTOR_PIT);
	redirect(CREW_VECTOR_PIT, cpu);
	pit_start(PIT_COUNT);
	if (!crew_wait(arrivals_on(cpu, CREW_VECTOR_PIT), TICKS)) {
		error = failure("the PIT does not get through to CPU", cpu);
	}
	pit_stop();
	redirect(ENTRY_MASKED | CREW_VECTOR_PIT, cpu);
	settled = settle();
	if (failed(error) || failed(settled)) {
		return failed(error) ? error : settled;
	}
	return only(cpu);
}

/* Every CPU in turn, edge-triggered. */
struct error check_io_apic_edge(void)
{
	struct error error = SUCCESS;
	u32 pins = (read(VERSION) >> 16 & 0xff) + 1;

	if (pins < PINS_AT_LEAST) {
		return failure("inputs of the I/O APIC:", pins);
	}
	arrivals_listen(CREW_VECTOR_PIT);
	for (u32 i = 0; i < smp_count() && !failed(error); i++) {
		error = tick_at(i);
	}
	return error;
}

static struct error expect_entry(u32 bits, u32 value)
{
	u32 entry = entry_now();

	return (entry & bits) == value ? SUCCESS
				       : failure("the entry reads as", entry);
}

/*
 * A level-triggered input that stays high interrupts again after each EOI, on
 * all machines but Bochs, whose I/O APIC takes no notice of EOIs.
 */
static struct error raise_level(u32 cpu)
{
	u32 due = under_tour() ? TICKS : 1;

	pit_stop();
	redirect(ENTRY_LEVEL | CREW_VECTOR_PIT, cpu);
	pit_start_once(PIT_COUNT);
	return crew_wait(arrivals_on(cpu, CREW_VECTOR_PIT), due)
		       ? SUCCESS
		       : failure("interrupts of a high level:",
				 arrivals_total(CREW_VECTOR_PIT));
}

static struct error lower_level(void)
{
	struct error error;
	u32 had;

	/* QEMU's PIT lowers its output only when it gets a count. */
	pit_start_once(0);
	pit_stop();
	error = settle();
	had = arrivals_total(CREW_VECTOR_PIT);
	crew_pause_us(TICKS_US);
	if (!failed(error) && arrivals_total(CREW_VECTOR_PIT) != had) {
		return failure("interrupts of a low level:",
			       arrivals_total(CREW_VECTOR_PIT) - had);
	}
	return failed(error)
		       ? error
		       : expect_entry(ENTRY_LEVEL | ENTRY_REMOTE, ENTRY_LEVEL);
}

struct error check_io_apic_level(void)
{
	u32 cpu = smp_count() - 1;
	struct error raised, lowered;

	arrivals_listen(CREW_VECTOR_PIT);
	arrivals_clear(CREW_VECTOR_PIT);
	raised = raise_level(cpu);
	lowered = lower_level();
	redirect(ENTRY_MASKED | CREW_VECTOR_PIT, cpu);
	if (failed(raised) || failed(lowered)) {
		return failed(raised) ? raised : lowered;
	}
	return only(cpu);
}

struct error check_io_apic_masked(void)
{
	arrivals_listen(CREW_VECTOR_PIT);
	arrivals_clear(CREW_VECTOR_PIT);
	redirect(ENTRY_MASKED | CREW_VECTOR_PIT, 0);
	pit_start(PIT_COUNT);
	crew_pause_us(TICKS_US);
	pit_stop();
	if (arrivals_total(CREW_VECTOR_PIT) != 0) {
		return failure("interrupts of a masked input:",
			       arrivals_total(CREW_VECTOR_PIT));
	}
	return expect_entry(ENTRY_MASKED | 0xff,
			    ENTRY_MASKED | CREW_VECTOR_PIT);
}
