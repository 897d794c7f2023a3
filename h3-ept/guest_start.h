#pragma once
/*
 * The state in which a multiboot2 guest starts.
 *
 * "Multiboot2 Specification version 2.0", "I386 machine state": 32-bit
 * protected mode, no paging, flat segments, interrupts off. SDM: "Guest-State
 * Area", and "Unrestricted Guests" for why VM entry accepts
 * a guest without paging.
 */
#include "ept_vcpu.h"
#include "image/guest_image.h"

/* Sets the guest state of the current VMCS; entry: EIP. */
void guest_start_flat(const struct vmx_capabilities *caps, u32 entry);

/* The same, and the registers, for an image; the VMCS is vcpu's. */
void guest_start_multiboot2(struct ept_vcpu *vcpu,
			    const struct vmx_capabilities *caps,
			    const struct guest_image *image);
