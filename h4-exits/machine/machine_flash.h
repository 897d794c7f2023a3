#pragma once
/*
 * The flash chip of the machine: a file of the disk, or the host's own chip.
 *
 * Both lie at MACHINE_FLASH_BASE. Emulated, each read exits and gets bytes of
 * the file. Passed through, EPT maps the host's memory at the same address,
 * for reading, and no read exits.
 */
#include "machine/machine_options.h"

/*
 * Gives the machine the chip that the options ask for, if any. The file is one
 * of the host's first hard disk. Errors: those of the disk; a file larger than
 * the chip; no memory; those of ept_map().
 */
struct error machine_flash_fill(struct machine *machine,
				const struct machine_options *options);

/* Gives back what either took. */
void machine_flash_release(struct machine *machine);
