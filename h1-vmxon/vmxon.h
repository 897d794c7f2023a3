#pragma once
/*
 * VMX operation of one CPU: in by VMXON, out by VMXOFF.
 *
 * SDM: "Enabling and Entering VMX Operation" and "Restrictions on VMX
 * Operation".
 */
#include "lib/error.h"
#include "vmx_capabilities.h"

struct vmxon {
	hpa_t region; /* the VMXON region: the CPU's until VMXOFF */
};

/*
 * Puts the running CPU, which vmx_support() has accepted, into VMX root
 * operation: unlocked IA32_FEATURE_CONTROL is set and locked, CR0 and CR4 get
 * the bits that VMX operation demands, and VMXON is executed. Errors: the CPU
 * is in VMX operation already, CR0 or CR4 has a bit that VMX operation
 * forbids, no frame is free, VMXON fails.
 */
struct error vmxon_enter(struct vmxon *vmxon,
			 const struct vmx_capabilities *caps);

/*
 * Takes the running CPU out of VMX operation, clears CR4.VMXE and frees the
 * region. Every VMCS that was active here must have been cleared before.
 * Errors: VMXOFF fails; the region then stays with the CPU.
 */
struct error vmxon_leave(struct vmxon *vmxon);
