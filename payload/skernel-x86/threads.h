#pragma once
/*
 * Threads of the kernel, switched by the clock interrupt.
 */
#include "boot/kernel.h"

/*
 * Runs two threads, each on a stack of its own, which the PIT interrupts a
 * thousand times a second through the PIC, until each has had THREADS_SLICES
 * of time. Fails if one starves, or if a switch damages a register, a flag or
 * a stack. Interrupts are off before and after.
 */
#define THREADS_SLICES 20
enum kernel_status threads_run(void);
