#pragma once
/*
 * The host-state area: what the CPU becomes at a VM exit.
 *
 * SDM: "Host-State Area" and "Loading Host State".
 */
#include "controls.h"

/*
 * Writes to the current VMCS the state that the running CPU has at this
 * moment, so that an exit changes nothing for the kernel. RSP and RIP are not
 * among it: vcpu_run() sets them. controls say which MSRs an exit loads.
 */
void host_state_write(const struct controls *controls);
