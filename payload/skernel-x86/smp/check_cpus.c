/*
 * The CPUs themselves: what they are called, their clocks, their registers.
 *
 * SDM: "Local APIC ID", "Time-Stamp Counter" and, for CPUID, the instruction's
 * page.
 */
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "cpu/tsc.h"
#include "smp/apic.h"
#include "smp/arrivals.h"
#include "smp/checks.h"
#include "smp/crew.h"
#include "smp/tsc_skew.h"
#include "smp/under_tour.h"
#include "smp/vector_registers.h"
#include "thread_registers.h"

#define SKEW_NS	   20000ull
#define ROUNDS	   20u
#define LOOPS	   500u
#define PATTERN	   0x1111111111111111ull
#define HTT_SHIFT  16
#define TYPE_SHIFT 8
#define LEVELS	   4u

static bool has_topology(void)
{
	return cpuid(CPUID_VENDOR, 0).eax >= CPUID_TOPOLOGY &&
	       cpuid(CPUID_TOPOLOGY, 0).ebx != 0;
}

/* Beyond the last level, too, the ID is there. */
static struct error check_topology(u32 id)
{
	for (u32 i = 0; i < LEVELS && has_topology(); i++) {
		struct cpuid level = cpuid(CPUID_TOPOLOGY, i);

		if (level.edx != id) {
			return failure("CPUID's x2APIC ID is", level.edx);
		}
		if ((level.ecx & 0xff) != i) {
			return failure("CPUID's topology level is", level.ecx);
		}
	}
	return SUCCESS;
}

/* The tour's machine is one package; an emulator's may be several. */
static struct error check_package(void)
{
	struct cpuid features = cpuid(CPUID_FEATURES, 0);
	u32 cpus = smp_count();

	if ((features.edx & CPUID_FEATURES_EDX_HTT) == 0 ||
	    (features.ebx >> HTT_SHIFT & 0xff) != cpus) {
		return failure("CPUID tells of other processors, EBX",
			       features.ebx);
	}
	if (has_topology() && cpuid(CPUID_TOPOLOGY, 1).ebx != cpus) {
		return failure("CPUID's topology has logical processors:",
			       cpuid(CPUID_TOPOLOGY, 1).ebx);
	}
	return SUCCESS;
}

/* The APIC's ID is that of CPUID, the MADT, and nobody else. */
static struct error check_id(void)
{
	struct cpuid features = cpuid(CPUID_FEATURES, 0);
	u32 id = apic_read(APIC_ID);

	if (!apic_in_x2apic_mode()) {
		id >>= APIC_ID_SHIFT;
	}
	if (id != cpu_this()->apic_id) {
		return failure("the APIC has changed its ID to", id);
	}
	if (features.ebx >> APIC_ID_SHIFT != (id & 0xff)) {
		return failure("CPUID's initial APIC ID is",
			       features.ebx >> APIC_ID_SHIFT);
	}
	if (under_tour() && smp_count() > 1) {
		struct error error = check_package();

		if (failed(error)) {
			return error;
		}
	}
	return check_topology(id);
}

struct error check_ids(void)
{
	for (u32 i = 0; i < smp_count(); i++) {
		for (u32 j = 0; j < i; j++) {
			if (cpu_at(i)->apic_id == cpu_at(j)->apic_id) {
				return failure("two CPUs have the APIC ID",
					       cpu_at(i)->apic_id);
			}
		}
	}
	return crew_run(check_id);
}

static struct tsc_meeting meeting;
static u32 asked_cpu;
static struct tsc_skew skew;

static struct error compare_clocks(void)
{
	if (cpu_number() == 0) {
		skew = tsc_skew_ask(&meeting);
	} else if (cpu_number() == asked_cpu) {
		tsc_skew_answer(&meeting);
	}
	return SUCCESS;
}

struct error check_tsc(void)
{
	for (asked_cpu = 1; asked_cpu < smp_count(); asked_cpu++) {
		struct error error;
		u64 apart;

		meeting = (struct tsc_meeting){0};
		error = crew_run(compare_clocks);
		if (failed(error)) {
			return error;
		}
		apart = (u64)(skew.ticks < 0 ? -skew.ticks : skew.ticks);
		if (apart > skew.error + tsc_from_ns(SKEW_NS)) {
			return failure("a TSC is off CPU 0's by", apart);
		}
	}
	return SUCCESS;
}

/* CPU 0 interrupts the others while they, and it, hold their registers. */
static struct error hold_registers(void)
{
	bool wide = vector_registers_enable();
	u64 pattern = PATTERN * (cpu_number() + 1);

	if (!crew_meet()) {
		return failure("the CPUs do not meet", 0);
	}
	for (u32 i = 0; i < ROUNDS; i++) {
		if (cpu_number() == 0) {
			(void)apic_send(0, APIC_FIXED | APIC_ALL |
						   CREW_VECTOR_IPI);
		}
		if (!vector_registers_hold(pattern + i, LOOPS, wide)) {
			return failure("SSE, AVX or x87 registers lost, round",
				       i);
		}
		if (!thread_registers_hold(pattern + i, LOOPS,
					   RFLAGS_FIXED | RFLAGS_IF)) {
			return failure("general registers lost, round", i);
		}
	}
	return SUCCESS;
}

struct error check_registers(void)
{
	arrivals_listen(CREW_VECTOR_IPI);
	return crew_run(hold_registers);
}
