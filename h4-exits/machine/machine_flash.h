#pragma once
/*
 * The flash chip of the machine: a file of the disk, or the host's own chip.
 *
 * Both lie at MACHINE_FLASH_BASE. Emulated, each read exits and gets bytes of
 * the file. Passed through, EPT maps the host's memory at the same address,
 * for reading, and no read exits.
 */
#include "machine/machine.h"

/*
 * Puts the file at path on the machine's first hard disk behind the chip.
 * Errors: those of the disk; a file larger than the chip; no memory.
 */
struct error machine_flash_load(struct machine *machine, const char *path);

/* Lets the guest read the host's own chip. Errors: those of ept_map(). */
struct error machine_flash_pass_through(struct machine *machine);

/* Gives back what either took. */
void machine_flash_release(struct machine *machine);
