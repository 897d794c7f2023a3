#pragma once
/*
 * Which vector each interrupt of the kernel has, beside the exceptions
 * (cpu/traps.h) and the PIC's sixteen from PIC_FIRST_VECTOR on (cpu/pic.h).
 * Of two that wait the CPU takes the greater one first.
 *
 * SDM: "Interrupt, Task, and Processor Priority".
 */

#define ALARM_VECTOR	0x40 /* cpu/alarm.h */
#define KICK_VECTOR	0x41 /* smp/smp.h */
#define SPURIOUS_VECTOR 0xff /* cpu/lapic.h */
