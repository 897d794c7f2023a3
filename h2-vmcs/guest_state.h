#pragma once
/*
 * The guest-state area for a guest that is like the kernel itself: 64-bit
 * mode, the same page tables, the same descriptors.
 *
 * SDM: "Guest-State Area" and "Loading Guest State".
 */
#include "controls.h"

/*
 * Writes to the current VMCS the running CPU's own state as the guest's, but
 * for RIP and RSP, which are given, and RFLAGS, with all interrupts off.
 * controls say which MSRs an entry loads.
 */
void guest_state_write_own(const struct controls *controls, u64 rip, u64 rsp);
