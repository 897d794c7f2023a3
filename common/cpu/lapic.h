#pragma once
/*
 * The local APIC of the CPU that the caller runs on.
 *
 * SDM: chapter "Advanced Programmable Interrupt Controller (APIC)". Its
 * registers are memory (xAPIC mode) or MSRs (x2APIC mode), as the firmware
 * has left it. Every other function here may be called on a CPU on which
 * lapic_enable() has succeeded.
 */
#include "lib/error.h"
#include "lib/types.h"

/* Fixed interrupts have vectors from 16 on: "Valid Interrupt Vectors". */
#define LAPIC_FIRST_VECTOR 16

/*
 * Switches the local APIC on by software, with everything in its local vector
 * table masked and no priority that holds interrupts back. spurious: the
 * vector of interrupts that vanish before they are taken; their handler sends
 * no EOI. If the first CPU to come here was in x2APIC mode, the others are
 * brought into it. Errors: no local APIC; one that the firmware has switched
 * off; one whose registers are out of the kernel's reach; one in x2APIC mode or
 * at another address where the first CPU's was not.
 */
struct error lapic_enable(u8 spurious);

/*
 * Puts the APIC of the running CPU, which CPUID says can do so, into x2APIC
 * mode. From the first call on every function here takes each APIC to be in
 * that mode, so all CPUs come here before any of them uses its own again.
 */
void lapic_use_x2apic(void);

/*
 * Lets the interrupts of the PIC (cpu/pic.h) reach this CPU, through its LINT0
 * pin: "Local Vector Table", delivery mode ExtINT. One CPU of a machine should
 * do so. They are ended at the PIC, not here.
 */
void lapic_accept_pic(void);

/* The APIC ID: 8 bits in xAPIC mode, 32 in x2APIC mode. */
u32 lapic_id(void);

/* Ends the interrupt in service: "Signaling Interrupt Servicing Completion". */
void lapic_eoi(void);

enum lapic_timer {
	LAPIC_TIMER_ONE_SHOT,
	LAPIC_TIMER_PERIODIC,
};

/*
 * Has the timer send vector after count ticks, once or again and again. A
 * tick is 16 periods of the APIC timer's clock, whose frequency differs from
 * CPU to CPU: "APIC Timer". vector: LAPIC_FIRST_VECTOR or above; count: at
 * least 1.
 */
void lapic_timer_start(enum lapic_timer mode, u8 vector, u32 count);

/* How many ticks of the present count are left; 0 when none is running. */
u32 lapic_timer_left(void);

void lapic_timer_stop(void);

/*
 * Interprocessor interrupts, to the CPU with an APIC ID: "Issuing
 * Interprocessor Interrupts". A fixed one has a vector; an NMI has not; INIT
 * resets the CPU to its wait-for-SIPI state; the start-up IPI has it begin in
 * real mode at the page with that number (below 1 MiB). False: the ID cannot be
 * addressed in xAPIC mode (more than 8 bits, or 255, which means every CPU), or
 * this APIC did not get rid of the interrupt in time.
 */
bool lapic_send_fixed(u32 apic_id, u8 vector);
bool lapic_send_nmi(u32 apic_id);
bool lapic_send_init(u32 apic_id);
bool lapic_send_startup(u32 apic_id, u8 page);
