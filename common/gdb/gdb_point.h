#pragma once
/*
 * The breakpoints and watchpoints of gdb, in a CPU's debug registers.
 */
#include "cpu/debug_registers.h"
#include "lib/types.h"

/* Numbered as in the packets Z and z. */
enum gdb_point {
	GDB_POINT_SOFTWARE = 0,
	GDB_POINT_HARDWARE = 1,
	GDB_POINT_WRITE = 2,
	GDB_POINT_READ = 3,
	GDB_POINT_ACCESS = 4,
};

/*
 * Adds a point to a set or takes one away. A software breakpoint is not one of
 * the debug registers', and reads alone cannot be watched. False: none of
 * those that the registers can hold; no place is left; it was not there.
 */
bool gdb_point_insert(struct debug_registers *set, enum gdb_point kind,
		      u64 address, u64 length);
bool gdb_point_remove(struct debug_registers *set, enum gdb_point kind,
		      u64 address, u64 length);

/* Is there a breakpoint on the instruction at address? */
bool gdb_point_at(const struct debug_registers *set, u64 address);

/*
 * The first point of set that places, bits 3:0 as in DR6, names. False: it
 * names none.
 */
bool gdb_point_hit(const struct debug_registers *set, u64 places,
		   enum gdb_point *kind, u64 *address);
