#pragma once
/*
 * The local vector table of a local APIC.
 *
 * SDM: "Local Vector Table".
 */
#include "apic/local_apic.h"

/*
 * The bits that a guest may write to the entry at an offset; those that are
 * not among them but read-only; 0: there is no such entry.
 */
u32 local_apic_lvt_writable(u32 offset);
u32 local_apic_lvt_read_only(u32 offset);

/*
 * A guest writes an entry that exists. While the APIC is disabled by software,
 * it stays masked.
 */
void local_apic_lvt_write(struct local_apic *apic, u32 offset, u32 value);

/* Masks every entry, as a reset and the software's disabling do. */
void local_apic_lvt_mask_all(struct local_apic *apic);
