#pragma once
/*
 * What is said of a guest that has ended.
 */
#include "boot/kernel.h"
#include "guest_run.h"

/*
 * Tells how the guest ended, with its state if that was not its own doing, and
 * what it cost. Not for GUEST_NOT_ENTERED. The status is success for a guest
 * that halted, switched itself off or said 0 at the debug-exit port.
 */
enum kernel_status guest_report(const struct guest_cpu *cpu,
				const struct guest_end *end);

/* The parts of that, for a machine with several CPUs: how it ended, */
enum kernel_status guest_report_end(const struct guest_cpu *cpu,
				    const struct guest_end *end);
/* the exits of one CPU, of: which one, such as " of vCPU 1", */
void guest_report_exits(const struct guest_cpu *cpu, const char *of);
/* and the memory. */
void guest_report_memory(const struct guest_memory *memory);
