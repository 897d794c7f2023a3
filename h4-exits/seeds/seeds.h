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
#include "image/boot_options.h"
#include "machine/machine_options.h"
#include "vm_options.h"
#include "vmx_capabilities.h"

struct controls;

/* ns for each guest, where no other limit is wanted: not all of them end. */
#define SEEDS_LIMIT 100000000u

struct seeds_options {
	bool wanted;
	u64 first;
	u64 last;
};

/*
 * Reads seeds=FIRST-LAST; false, with a line that says what is wrong, for a
 * bad value.
 */
bool seeds_options_read(struct seeds_options *options, const char *cmdline);

/* What each of the guests is made from. */
struct seeds_guest {
	const struct vm_options *vm;
	const struct boot_options *boot;
	const struct machine_options *machine;
	const struct vmx_capabilities *caps;
	const struct controls *controls;
	const char *cmdline; /* of the guest, without the seed */
};

/*
 * Runs the guest with each of the seeds that options name, a line for each.
 * alarm_init() has succeeded. Failure: a guest cannot be made, or not be
 * entered; it ends by an exit that the hypervisor should not have had; frames
 * are not given back; a canary is damaged.
 */
enum kernel_status seeds_run(const struct seeds_guest *guest,
			     const struct seeds_options *options);
