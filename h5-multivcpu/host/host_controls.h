#pragma once
/*
 * The controls of h5's vCPUs. Beside h4's: the local APIC is the CPU's
 * business where it offers all that is of use for one, or at least the task
 * priority where it has a TPR shadow; and it comes out of a guest by
 * a timer of its own where it has one.
 */
#include "boot/kernel.h"
#include "controls.h"
#include "host/host_options.h"

/* KERNEL_UNSUPPORTED, with a line that says why, if the CPU lacks something. */
enum kernel_status host_controls_fit(const struct vmx_capabilities *caps,
				     const struct host_options *options,
				     struct controls *controls);
