#pragma once
/*
 * A guest reads and writes the registers of its local APIC: in memory in xAPIC
 * mode, by RDMSR and WRMSR in x2APIC mode.
 *
 * SDM: "Local APIC Register Address Map", "x2APIC Register Address Space",
 * "Reserved Bit Checking".
 */
#include "apic/local_apic.h"

/*
 * Memory; the caller has asked local_apic_claims(). offset: 0 .. 0xfff in the
 * page. size: 1, 2, 4 or 8 bytes.
 *
 * The manual defines accesses to the four bytes of a register as a whole. A
 * read of another kind gives the register's bytes that it touches, and zeros;
 * a write of another kind does nothing.
 */
u64 local_apic_read(struct local_apic *apic, u32 offset, unsigned int size);
void local_apic_write(struct local_apic *apic, u32 offset, unsigned int size,
		      u64 value);

/* MSRs 0x800 .. 0x8ff. False: #GP, as for all of them outside x2APIC mode. */
bool local_apic_msr_read(struct local_apic *apic, u32 msr, u64 *value);
bool local_apic_msr_write(struct local_apic *apic, u32 msr, u64 value);

/*
 * In x2APIC mode: are the eight bytes of the page where the register is what a
 * read gives?
 */
bool local_apic_msr_is_in_page(u32 msr);
