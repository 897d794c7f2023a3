#pragma once
/*
 * A local APIC sends interprocessor interrupts.
 *
 * SDM: "Issuing Interprocessor Interrupts", "Interrupt Command Register (ICR)",
 * "ICR Operation in x2APIC Mode", "SELF IPI Register".
 *
 * What the manual's table of valid combinations calls invalid is not sent, but
 * for the trigger mode: every IPI is edge-triggered. An INIT level de-assert
 * does nothing since the Pentium 4.
 */
#include "apic/local_apic.h"

/*
 * Sends what the lower half of the ICR says. destination: the upper half of
 * the ICR in x2APIC mode; apic_message_destination() of bits 63:56 in xAPIC
 * mode.
 */
void local_apic_icr_send(struct local_apic *apic, u32 command, u32 destination);

/* An interrupt for the sender itself. */
void local_apic_icr_send_self(struct local_apic *apic, u8 vector);
