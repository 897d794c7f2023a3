#pragma once
/*
 * Many hostile guests, one after the other: for each seed a new machine, a new
 * CPU, the guest loaded again with "fuzz seed=N" behind its command line.
 *
 * However a guest ends, that is well: a triple fault, a reset, its time. It is
 * the host that must come out whole. The guests' consoles are not shown; a
 * checksum of what was said there is, so that two runs can be compared.
 */
#include "boot/kernel.h"
#include "controls.h"
#include "options.h"

/* What each of the guests is made from. */
struct seeds_guest {
	const struct options *options;
	const struct vmx_capabilities *caps;
	const struct controls *controls;
};

/*
 * Runs the guest with each of the seeds that its options name, a line for each.
 * alarm_init() has succeeded. Failure: a guest cannot be made; VM entry
 * refuses a control or the host's state; a guest ends by an exit that the
 * hypervisor should not have had; frames are not given back; a canary is
 * damaged. Where VM entry refuses the guest's state, the doctor says why, and
 * somebody has to look: a CPU can get by itself, in real mode above all, into a
 * state from which it does not enter again after an exit.
 */
enum kernel_status seeds_run(const struct seeds_guest *guest);
