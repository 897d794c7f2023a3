#pragma once
/*
 * The pins LINT0 and LINT1 of a local APIC: on a PC, the 8259A's INTR and NMI.
 *
 * SDM: "Local Vector Table"; "Local APIC Status and Location" for the pins of
 * an APIC that is switched off: they are INTR and NMI then.
 */
#include "apic/local_apic.h"

#define LOCAL_APIC_LINT0 0u
#define LOCAL_APIC_LINT1 1u

/* What a change of a pin means for the CPU. */
enum local_apic_lint_outcome {
	LOCAL_APIC_LINT_NOTHING,
	LOCAL_APIC_LINT_ACCEPTED, /* the CPU should look */
	LOCAL_APIC_LINT_NMI,
	LOCAL_APIC_LINT_INIT,
	LOCAL_APIC_LINT_EXTINT, /* the 8259A has something for the CPU */
};

/*
 * A pin, 0 or 1, gets a level. What is no interrupt of this APIC's is for the
 * caller to do.
 */
enum local_apic_lint_outcome local_apic_lint(struct local_apic *apic,
					     unsigned int pin, bool high);

static inline bool local_apic_lint_is_high(const struct local_apic *apic,
					   unsigned int pin)
{
	return (apic->pins >> pin & 1) != 0;
}

/* From any CPU: does the CPU take the interrupts of an 8259A at LINT0? */
bool local_apic_accepts_extint(const struct local_apic *apic);

/*
 * LINT0 may have to interrupt, since its LVT entry has changed, or an
 * interrupt with this vector is over.
 */
void local_apic_lint_programmed(struct local_apic *apic);
void local_apic_lint_eoi(struct local_apic *apic, u8 vector);
