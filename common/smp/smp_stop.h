#pragma once
/*
 * The end of a kernel that runs on several CPUs: one of them ends it, and all
 * others stop, by a non-maskable interrupt that nothing holds off for long.
 */
#include "cpu/traps.h"

/* To be called before the first CPU is started: takes the NMI. */
void smp_stop_init(void);

/*
 * Stops all other CPUs for ever, gives printk() the console back and breaks the
 * lock of the output, so that what the caller prints is the machine's last
 * word. Nobody is stopped where no other CPU has been started, and nothing is
 * done when the same CPU calls again. Where another
 * one has been here first it does not return: the caller is one of those that
 * stop.
 *
 * One that is in a guest's run exits because of the NMI, and stops as soon as
 * the NMI is given to the host, by INT 2.
 */
void smp_stop_others(void);

/* Prints on which CPU that was, "CPU 3: ", where there are others. */
void smp_stop_print_place(void);
