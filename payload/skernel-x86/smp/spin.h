#pragma once
/*
 * Work without end or exits, for those who share a CPU out.
 */
#include "boot/kernel.h"

/*
 * Has every CPU count for so many milliseconds of its time-stamp counter, and
 * prints how far each has come, and the longest time in which it did not count.
 * It is at work for half as long before:
 *
 *	spin: CPU 1 counted 123456 in 1000 ms, without 10021 us at most
 *
 * Fails if a CPU does not come to an end. Interrupts are off afterwards.
 */
enum kernel_status spin_run(const struct boot_info *boot, u64 ms);
