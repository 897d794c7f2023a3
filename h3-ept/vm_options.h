#pragma once
/*
 * What the command line says about the guest.
 */
#include "lib/types.h"

#define VM_OPTIONS_PATH_SIZE 256u

struct vm_options {
	char path[VM_OPTIONS_PATH_SIZE]; /* of the image on the disk */
	u64 memory_size;		 /* of guest RAM in bytes */
	bool lazy;
};

/* Reads them; false, with a line that says what is wrong, for a bad value. */
bool vm_options_read(struct vm_options *options, const char *cmdline);
