#pragma once
/*
 * Which vector each interrupt of the kernel has, beside the exceptions
 * (cpu/traps.h) and the PIC's sixteen from PIC_FIRST_VECTOR on (cpu/pic.h).
 * The local APIC takes them by the class, the vector's high four bits: of two
 * that wait the greater class is first.
 */

#define ALARM_VECTOR	0x40 /* cpu/alarm.h */
#define KICK_VECTOR	0x41 /* smp/smp.h */
#define SPURIOUS_VECTOR 0xff /* cpu/lapic.h */
