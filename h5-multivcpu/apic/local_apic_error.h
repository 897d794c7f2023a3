#pragma once
/*
 * What a local APIC finds wrong: its error status register and the interrupt
 * of the LVT entry "error".
 *
 * SDM: "Error Handling". Errors gather unseen until the guest writes to the
 * ESR; the first one after such a write interrupts.
 */
#include "apic/local_apic.h"

/* errors: APIC_ESR_... */
void local_apic_error_note(struct local_apic *apic, u32 errors);

/* The guest writes to the ESR: it shows what has gathered. */
void local_apic_error_update(struct local_apic *apic);
