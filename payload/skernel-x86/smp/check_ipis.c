/*
 * Interprocessor interrupts of every kind: who gets them, and how often.
 *
 * SDM: "Issuing Interprocessor Interrupts". Each kind is sent by the first and
 * by the last CPU, one after the other has arrived, since two that wait for one
 * CPU with the same vector become one.
 */
#include "cpu/lapic.h"
#include "cpu/traps.h"
#include "smp/apic.h"
#include "smp/arrivals.h"
#include "smp/checks.h"
#include "smp/crew.h"
#include "smp/smp_stop.h"

#define IPIS	     5u
#define TOGETHER     20u
#define SETTLE_US    20u
#define LOWEST_POLLS 100000u /* of SETTLE_US each */
#define FLAT_CPUS    8u /* as many bits as a flat logical destination has */
#define CLUSTER_IDS  16u

static u64 all_cpus(void)
{
	return BIT(smp_count()) - 1;
}

static struct error sent_in_vain(u32 command)
{
	return failure("an interrupt did not leave, command", command);
}

/* Has each CPU of the set had so many, and no other CPU any? */
static struct error compare(u64 receivers, u8 vector, u32 count)
{
	for (u32 i = 0; i < smp_count(); i++) {
		u32 due = (receivers & BIT(i)) != 0 ? count : 0;
		u32 had = *arrivals_on(i, vector);

		if (had != due) {
			return failure(had < due ? "one has not arrived at CPU"
						 : "one too many for CPU",
				       i);
		}
	}
	return SUCCESS;
}

static struct error send_each(u32 destination, u32 command, u64 receivers)
{
	u8 vector = (u8)command;

	if ((command & APIC_NMI) != 0) {
		vector = VECTOR_NMI;
	}
	arrivals_clear(vector);
	for (u32 n = 1; n <= IPIS; n++) {
		if (!apic_send(destination, command)) {
			return sent_in_vain(command);
		}
		for (u32 i = 0; i < smp_count(); i++) {
			if ((receivers & BIT(i)) != 0 &&
			    !crew_wait(arrivals_on(i, vector), n)) {
				return failure("none arrives at CPU", i);
			}
		}
	}
	crew_pause_us(SETTLE_US);
	return compare(receivers, vector, IPIS);
}

/* By the first CPU, then by the last one. */
static struct error by_two(crew_job job)
{
	struct error error;

	arrivals_listen(CREW_VECTOR_IPI);
	error = crew_run_on(0, job);
	if (!failed(error) && smp_count() > 1) {
		error = crew_run_on(smp_count() - 1, job);
	}
	return error;
}

static struct error send_to_one(void)
{
	struct error error = SUCCESS;

	for (u32 i = 0; i < smp_count() && !failed(error); i++) {
		error = send_each(cpu_at(i)->apic_id,
				  APIC_FIXED | CREW_VECTOR_IPI, BIT(i));
	}
	return error;
}

struct error check_ipi_one(void)
{
	return by_two(send_to_one);
}

static struct error send_to_all(void)
{
	return send_each(0, APIC_FIXED | APIC_ALL | CREW_VECTOR_IPI,
			 all_cpus());
}

struct error check_ipi_all(void)
{
	return by_two(send_to_all);
}

static struct error send_to_all_ids(void)
{
	u32 all = apic_in_x2apic_mode() ? UINT32_MAX : APIC_ALL_IDS;

	return send_each(all, APIC_FIXED | CREW_VECTOR_IPI, all_cpus());
}

struct error check_ipi_broadcast(void)
{
	return by_two(send_to_all_ids);
}

static struct error send_to_others(void)
{
	return send_each(0, APIC_FIXED | APIC_OTHERS | CREW_VECTOR_IPI,
			 all_cpus() & ~BIT(cpu_number()));
}

struct error check_ipi_others(void)
{
	return by_two(send_to_others);
}

static struct error send_to_self(void)
{
	u64 self = BIT(cpu_number());
	struct error error =
		send_each(0, APIC_FIXED | APIC_SELF | CREW_VECTOR_IPI, self);

	if (failed(error) || !apic_in_x2apic_mode()) {
		return error;
	}
	apic_write(APIC_SELF_IPI, CREW_VECTOR_IPI);
	if (!crew_wait(arrivals_on(cpu_number(), CREW_VECTOR_IPI), IPIS + 1)) {
		return failure("SELF IPI does not arrive, vector",
			       CREW_VECTOR_IPI);
	}
	return compare(self, CREW_VECTOR_IPI, IPIS + 1);
}

struct error check_ipi_self(void)
{
	return by_two(send_to_self);
}

/* In x2APIC mode it is read-only and made of the APIC ID. */
static u32 logical_id(u32 cpu)
{
	u32 id = cpu_at(cpu)->apic_id;

	if (!apic_in_x2apic_mode()) {
		return 1u << cpu;
	}
	return id / CLUSTER_IDS << 16 | 1u << id % CLUSTER_IDS;
}

/* In x2APIC mode every CPU has it already. */
static struct error take_logical_id(void)
{
	u32 id;

	if (!apic_in_x2apic_mode()) {
		apic_set_flat_bit(cpu_number());
		return SUCCESS;
	}
	id = apic_read(APIC_LOGICAL_DESTINATION);
	return id == logical_id(cpu_number())
		       ? SUCCESS
		       : failure("the logical ID is", id);
}

/* Each one, then every second one, then all: where one destination can. */
static struct error send_to_logical(void)
{
	const u32 command = APIC_FIXED | APIC_LOGICAL | CREW_VECTOR_IPI;
	u32 even = 0, all = 0;
	struct error error = SUCCESS;

	for (u32 i = 0; i < smp_count() && !failed(error); i++) {
		u32 id = logical_id(i);

		error = send_each(id, command, BIT(i));
		even |= i % 2 == 0 ? id : 0;
		all |= id;
	}
	if (!failed(error)) {
		error = send_each(even, command,
				  all_cpus() & 0x5555555555555555);
	}
	return failed(error) ? error : send_each(all, command, all_cpus());
}

struct error check_ipi_logical(void)
{
	struct error error;

	if (smp_count() > FLAT_CPUS) {
		return failure("more CPUs than logical destinations have bits",
			       smp_count());
	}
	error = crew_run(take_logical_id);
	return failed(error) ? error : by_two(send_to_logical);
}

/* One of them gets it, whichever. */
static struct error send_to_lowest(void)
{
	const u32 command = APIC_LOWEST | APIC_LOGICAL | CREW_VECTOR_IPI;

	arrivals_clear(CREW_VECTOR_IPI);
	for (u32 n = 1; n <= IPIS; n++) {
		if (!apic_send((u32)all_cpus(), command)) {
			return sent_in_vain(command);
		}
		crew_pause_us(SETTLE_US);
		for (u32 i = 0;
		     i < LOWEST_POLLS && arrivals_total(CREW_VECTOR_IPI) < n;
		     i++) {
			crew_pause_us(SETTLE_US);
		}
		if (arrivals_total(CREW_VECTOR_IPI) != n) {
			return failure("arrived of those for any CPU",
				       arrivals_total(CREW_VECTOR_IPI));
		}
	}
	return SUCCESS;
}

struct error check_ipi_lowest(void)
{
	struct error error = crew_run(take_logical_id);

	return failed(error) ? error : by_two(send_to_lowest);
}

static struct error send_nmis(void)
{
	u32 self = cpu_number();
	struct error error = SUCCESS;

	for (u32 i = 0; i < smp_count() && !failed(error); i++) {
		if (i != self) {
			error = send_each(cpu_at(i)->apic_id, APIC_NMI, BIT(i));
		}
	}
	if (failed(error)) {
		return error;
	}
	return send_each(0, APIC_NMI | APIC_OTHERS, all_cpus() & ~BIT(self));
}

/* The vector is the kernel's own end at other times. */
struct error check_ipi_nmi(void)
{
	struct error error;

	arrivals_listen(VECTOR_NMI);
	error = by_two(send_nmis);
	smp_stop_init();
	return error;
}

/*
 * CPU 0 and the last CPU send CPU 0 one at the same time. One of them is taken
 * at once, and the other one remembered until its handler has returned.
 */
static struct error send_nmis_together(void)
{
	const u32 *arrived = arrivals_on(0, VECTOR_NMI);
	u32 sender = smp_count() - 1;

	for (u32 n = 1; n <= TOGETHER; n++) {
		if (!crew_meet()) {
			return failure("the CPUs do not meet", n);
		}
		if ((cpu_number() == 0 || cpu_number() == sender) &&
		    !apic_send(cpu_at(0)->apic_id, APIC_NMI)) {
			return sent_in_vain(APIC_NMI);
		}
		if (!crew_wait(arrived, 2 * n)) {
			return failure("of two at once, arrived in all",
				       *arrived);
		}
	}
	return SUCCESS;
}

struct error check_ipi_nmi_two(void)
{
	struct error error;

	if (smp_count() < 2) {
		return SUCCESS;
	}
	arrivals_listen(VECTOR_NMI);
	arrivals_clear(VECTOR_NMI);
	error = crew_run(send_nmis_together);
	smp_stop_init();
	return error;
}
