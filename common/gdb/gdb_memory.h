#pragma once
/*
 * The kernel's own memory, as a debugger touches it: an address that is not
 * mapped is an answer, not an exception; what is mapped read-only is written
 * nevertheless.
 */
#include "cpu/traps.h"
#include "lib/types.h"

/*
 * Copy size bytes. False where a fault ended it; what came before has been
 * copied. The caller's exception handlers ask gdb_memory_fixed().
 */
bool gdb_memory_read(u64 address, void *to, size_t size);
bool gdb_memory_write(u64 address, const void *from, size_t size);

/*
 * Was the exception a fault of the two above? Then the frame has been changed
 * so that they return false, and there is nothing else to do.
 */
bool gdb_memory_fixed(struct trap_frame *frame);
