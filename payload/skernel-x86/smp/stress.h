#pragma once
/*
 * Registers that a hypervisor has to bring along when it moves a CPU of the
 * guest from one CPU of the host to another.
 */
#include "boot/kernel.h"

/*
 * For about so many milliseconds, on every CPU at once: fills each register
 * that is nobody's (general, x87, SSE, AVX, DR0-DR3, CR2, CR8, the MSRs of
 * system calls and their like) with values of that CPU's own, works or sleeps
 * a while, and looks at them again. One line for each CPU. Fails if a value
 * has changed. Interrupts are off afterwards.
 */
enum kernel_status stress_run(const struct boot_info *boot, u64 ms);
