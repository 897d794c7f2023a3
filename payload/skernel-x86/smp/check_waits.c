/*
 * Interrupts that a CPU holds back, and those that it waits for.
 *
 * SDM: "Task and Processor Priorities" and "HLT--Halt".
 */
#include "cpu/instructions.h"
#include "smp/apic.h"
#include "smp/arrivals.h"
#include "smp/checks.h"
#include "smp/crew.h"

#define SETTLE_US 20u
#define NAPS	  40u

static void send_to_self(u8 vector)
{
	(void)apic_send(0, APIC_FIXED | APIC_SELF | vector);
}

/* CR8 holds back the classes up to its value; the higher class goes first. */
static struct error hold_back(void)
{
	u32 me = cpu_number();
	const u32 *usual = arrivals_on(me, CREW_VECTOR_IPI);
	const u32 *urgent = arrivals_on(me, CREW_VECTOR_URGENT);

	write_cr8(CREW_VECTOR_IPI >> 4);
	send_to_self(CREW_VECTOR_IPI);
	send_to_self(CREW_VECTOR_URGENT);
	if (!crew_wait(urgent, 1)) {
		write_cr8(0);
		return failure("CR8 holds back a higher class too, vector",
			       CREW_VECTOR_URGENT);
	}
	crew_pause_us(SETTLE_US);
	if (*usual != 0) {
		write_cr8(0);
		return failure("CR8 does not hold back its class, vector",
			       CREW_VECTOR_IPI);
	}
	if (apic_read(APIC_TASK_PRIORITY) != (CREW_VECTOR_IPI & 0xf0)) {
		return failure("CR8 is not the task priority, which is",
			       apic_read(APIC_TASK_PRIORITY));
	}
	write_cr8(0);
	return crew_wait(usual, 1)
		       ? SUCCESS
		       : failure("lost while CR8 held it back, vector",
				 CREW_VECTOR_IPI);
}

struct error check_priority(void)
{
	arrivals_listen(CREW_VECTOR_IPI);
	arrivals_listen(CREW_VECTOR_URGENT);
	arrivals_clear(CREW_VECTOR_IPI);
	arrivals_clear(CREW_VECTOR_URGENT);
	return crew_run(hold_back);
}

static u32 naps[CPUS_MAX]; /* that a CPU has begun */

/* HLT until the interrupt of this nap has come, whatever else wakes it. */
static struct error sleep(void)
{
	u32 me = cpu_number();
	const u32 *woken = arrivals_on(me, CREW_VECTOR_IPI);

	for (u32 n = 1; n <= NAPS; n++) {
		cli();
		__atomic_store_n(&naps[me], n, __ATOMIC_RELEASE);
		while (__atomic_load_n(woken, __ATOMIC_ACQUIRE) < n) {
			sti_hlt();
			cli();
		}
		sti();
	}
	return SUCCESS;
}

/* Some of the interrupts come before HLT is reached, others long after. */
static struct error wake(void)
{
	for (u32 n = 1; n <= NAPS; n++) {
		for (u32 i = 1; i < smp_count(); i++) {
			if (!crew_wait(&naps[i], n)) {
				return failure("a CPU sleeps for ever, number",
					       i);
			}
		}
		for (u32 i = 0; i < n % 8 * 10; i++) {
			cpu_pause();
		}
		(void)apic_send(0, APIC_FIXED | APIC_OTHERS | CREW_VECTOR_IPI);
	}
	return SUCCESS;
}

static struct error sleep_or_wake(void)
{
	return cpu_number() == 0 ? wake() : sleep();
}

struct error check_halt(void)
{
	arrivals_listen(CREW_VECTOR_IPI);
	arrivals_clear(CREW_VECTOR_IPI);
	for (u32 i = 0; i < CPUS_MAX; i++) {
		naps[i] = 0;
	}
	return crew_run(sleep_or_wake);
}
