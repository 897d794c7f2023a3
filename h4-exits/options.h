#pragma once
/*
 * The words of h4's command line.
 */
#include "image/boot_options.h"
#include "machine/machine_options.h"
#include "vm_options.h"

/* Guests that fuzz, one for each seed from first to last: see seeds/seeds.h. */
struct seed_range {
	bool wanted;
	u64 first;
	u64 last;
};

struct options {
	struct vm_options vm;		/* guest=, mem=, lazy */
	struct boot_options boot;	/* kind=, load=, entry=, modules= */
	struct machine_options machine; /* flash=, ports=, limit= */
	struct seed_range seeds;	/* seeds= */
	bool all_exits; /* have every instruction exit that can */
	bool doctor;	/* examine the VMCS before the first entry */
	bool dump;	/* print VMCS and EPT before the first entry */
	bool trace;	/* print every exit, and what each kind costs */
	bool stats;	/* print what each kind costs */
	bool gdb;	/* a debugger is there */
	const char *guest_cmdline;
};

/* All of them, for kernel_options_known(). */
extern const char *const options_words[];

/* Reads them; false, with a line that says what is wrong, for a bad value. */
bool options_read(struct options *options, const char *cmdline);
