#pragma once
/*
 * What the command line says about how the guest is loaded.
 */
#include "image/guest_boot.h"

#define BOOT_OPTIONS_PATH_SIZE 256u

struct boot_options {
	enum guest_kind kind;
	u32 load; /* for the flat kinds */
	u32 entry;
	char modules[BOOT_OPTIONS_PATH_SIZE]; /* path of the list; "": none */
};

/*
 * Reads kind=, load=, entry= and modules=; false, with a line that says what is
 * wrong, for a bad value. Without load= a flat image goes to 1 MiB, for real
 * mode to 0x7c00; without entry= it starts where it begins.
 */
bool boot_options_read(struct boot_options *options, const char *cmdline);
