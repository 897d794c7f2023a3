#pragma once
/*
 * The life of a kernel of the tour: kernel_main() brings the machine up, calls
 * the stage's kmain(), and ends the machine with the status that it returns.
 */
#include "boot/boot_info.h"

/* The statuses are exit statuses of `make run` as well. */
enum kernel_status {
	KERNEL_SUCCESS = 0,
	KERNEL_FAILURE = 1,
	KERNEL_USAGE = 2,	 /* the command line makes no sense */
	KERNEL_UNSUPPORTED = 77, /* the CPU lacks what the kernel needs */
};

/*
 * Written by each stage, in its main.c. When it is called the console, the
 * exception handlers and the frame allocator work, and interrupts are off.
 */
enum kernel_status kmain(const struct boot_info *boot);

/*
 * Does the command line hold only options that known lists, as
 * cmdline_unknown() does? If not, says which one is unknown and which are
 * known. known has at most 63 of them; every kernel knows "gdb" besides, which
 * starts the stub of gdb/gdb_stub.h before kmain() is called.
 */
bool kernel_options_known(const char *const known[]);

/*
 * Prints the status as the console's last line and switches the machine off.
 * On a machine without ACPI tables, such as a guest's, there is no switch: a
 * kernel that succeeded halts, one that failed resets the CPU by a triple
 * fault, and whoever runs the machine can tell the two apart. Other CPUs are
 * stopped before.
 */
_Noreturn void kernel_end(enum kernel_status status);
