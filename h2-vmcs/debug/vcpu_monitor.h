#pragma once
/*
 * gdb's `monitor` commands about a virtual CPU: vmcs, exits, stop-on, doctor
 * and guest. The console's dumps print the same.
 */
#include "debug/vcpu_debug.h"

/* Adds them, for this vCPU. */
void vcpu_monitor_add(struct vcpu_debug *debug);
