#pragma once
/*
 * A local APIC whose guest has moved its registers to where RAM is.
 *
 * One CPU sees its registers there, the others see the RAM. EPT is the same for
 * all of them, so the page is taken out of it: every access exits, and is
 * answered for the CPU that makes it. SDM: "Relocating the Local APIC
 * Registers".
 */
#include "ept.h"

struct guest_vcpu;
struct guest_vm;

struct apic_hole {
	gpa_t page;
	u32 users; /* local APICs that are there */
};

/*
 * The vCPU's IA32_APIC_BASE was before and is now. False: no memory is left to
 * make a hole; the guest's CPUs go on finding RAM there.
 */
bool apic_hole_move(struct guest_vcpu *vcpu, u64 before, u64 now);

/* Is the address in a hole of the machine's? */
bool apic_hole_is_at(const struct guest_vm *vm, gpa_t gpa);
