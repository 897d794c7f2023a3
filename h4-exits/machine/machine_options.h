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
};

/*
 * Reads flash=PATH, flash=host and ports=FIRST-LAST; false, with a line that
 * says what is wrong, for a bad value.
 */
bool machine_options_read(struct machine_options *options, const char *cmdline);
