#pragma once
/*
 * What the command line says about the guest's machine, beside its RAM.
 */
#include "machine/machine.h"

#define MACHINE_OPTIONS_PATH_SIZE 256u

struct machine_options {
	char flash[MACHINE_OPTIONS_PATH_SIZE]; /* a path; "": no chip */
	bool flash_pass_through;
	bool has_ports; /* passed through, first_port .. last_port */
	u16 first_port;
	u16 last_port;
	u64 limit; /* of the guest's time, in ns; 0: none */
};

/*
 * Reads flash=PATH, flash=host, ports=FIRST-LAST and limit=MS; false, with a
 * line that says what is wrong, for a bad value.
 */
bool machine_options_read(struct machine_options *options, const char *cmdline);

/* Has the machine end when the limit's time is over, if there is a limit. */
void machine_options_limit(const struct machine_options *options,
			   struct machine *machine);
