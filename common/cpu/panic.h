#pragma once
/*
 * The end of a kernel that cannot go on.
 */

/*
 * Prints the text and a symbolised back-trace of its caller, then ends the
 * machine with status 1. Other CPUs are stopped before; of several that panic
 * only the first one prints. For what only a mistake in the kernel itself can
 * bring about: never for anything that a guest, a disk or a user did.
 */
_Noreturn void panic(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));
