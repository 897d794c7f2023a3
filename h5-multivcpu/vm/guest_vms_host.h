#pragma once
/*
 * What all virtual machines of this host have in common.
 */
#include "boot/boot_info.h"
#include "controls.h"
#include "host/host_options.h"

/*
 * To be called once, before any machine is made, when the CPUs are in VMX
 * operation. From here on the terminal is the machines' and the monitor's:
 * host_terminal_end() ends that.
 */
void guest_vms_begin(const struct boot_info *boot,
		     const struct vmx_capabilities *caps,
		     const struct controls *controls,
		     const struct host_options *options);
