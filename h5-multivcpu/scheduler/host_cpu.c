#include "scheduler/host_cpu.h"
#include "cpu/instructions.h"
#include "smp/cpu.h"

u32 host_cpu_number(void)
{
	return cpu_number();
}

u64 host_cpu_now(void)
{
	return rdtsc();
}

void host_cpu_wait(void)
{
	sti_hlt();
	cli();
}
