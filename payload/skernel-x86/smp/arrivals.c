#include "smp/arrivals.h"
#include "cpu/lapic.h"
#include "cpu/traps.h"
#include "cpu/tsc.h"
#include "smp/cpu.h"
#include "smp/smp.h"

static u32 counts[CPUS_MAX][TRAP_VECTORS];
static u64 last_tsc[CPUS_MAX];

static void on_arrival(struct trap_frame *frame)
{
	u32 cpu = cpu_number();

	__atomic_store_n(&last_tsc[cpu], rdtsc(), __ATOMIC_RELEASE);
	if (frame->vector != VECTOR_NMI) {
		lapic_eoi();
	}
	__atomic_add_fetch(&counts[cpu][frame->vector], 1, __ATOMIC_ACQ_REL);
}

void arrivals_listen(u8 vector)
{
	traps_set_handler(vector, on_arrival);
}

void arrivals_clear(u8 vector)
{
	for (u32 i = 0; i < CPUS_MAX; i++) {
		__atomic_store_n(&counts[i][vector], 0, __ATOMIC_RELEASE);
	}
}

const u32 *arrivals_on(u32 cpu, u8 vector)
{
	return &counts[cpu][vector];
}

u32 arrivals_total(u8 vector)
{
	u32 total = 0;

	for (u32 i = 0; i < smp_count(); i++) {
		total += __atomic_load_n(&counts[i][vector], __ATOMIC_ACQUIRE);
	}
	return total;
}

u64 arrivals_last_tsc(u32 cpu)
{
	return __atomic_load_n(&last_tsc[cpu], __ATOMIC_ACQUIRE);
}
