#pragma once
/*
 * A region that VMX keeps for itself: the VMXON region, and from h2 on a VMCS.
 *
 * SDM: "Format of the VMCS Region" and "VMXON Region". One frame of 4 KiB that
 * begins with the VMCS revision identifier; what follows belongs to the CPU,
 * and software never reads or writes it.
 */
#include "vmx_capabilities.h"

/* Gives a region with its revision identifier written, or FRAME_NONE. */
hpa_t vmx_region_alloc(const struct vmx_capabilities *caps);

/* Takes it back; the CPU must no longer use it (VMXOFF, VMCLEAR). */
void vmx_region_free(hpa_t region);
