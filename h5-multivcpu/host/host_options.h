#pragma once
/*
 * The words of h5's command line.
 */
#include "config/vm_config.h"
#include "image/boot_options.h"
#include "machine/machine_options.h"
#include "vm_options.h"

struct host_options {
	/*
	 * One virtual machine without a file, where guest= or another word of
	 * its kind is there: as in h4, with vcpus= CPUs.
	 */
	bool single;
	struct vm_config config; /* of that one, but for its modules: */
	char modules[BOOT_OPTIONS_PATH_SIZE]; /* path of the list; "": none */
	u32 cpus;    /* how many CPUs of the host to use at most */
	u64 slice;   /* of a vCPU on a CPU that others wait for, ns */
	bool dump;   /* print VMCS and EPT of each machine before it starts */
	bool doctor; /* examine each VMCS before its first entry */
	bool all_exits;
	bool stats;   /* print what each kind of exit costs */
	bool trace;   /* print every exit, too */
	bool monitor; /* begin with the management console; end by `quit` */
	bool software_apic; /* leave the hardware's help unused */
};

/* All of them, for kernel_options_known(). */
extern const char *const host_options_words[];

/* Reads them; false, with a line that says what is wrong, for a bad value. */
bool host_options_read(struct host_options *options, const char *cmdline);
