#pragma once
/*
 * The conversation with gdb while everything is stopped: one packet, one
 * answer, until gdb lets the threads go on.
 */
#include "gdb/gdb_stub.h"

/*
 * Reports why, if gdb waits for a stop, and serves it. Returns the signal that
 * the host's thread goes on with; each thread's step is set.
 */
enum gdb_signal gdb_serve(const struct gdb_stop *why);

/* Is there a debugger? */
bool gdb_serve_attached(void);

/*
 * The last words: the host's process has exited. A gdb that knew of guests
 * keeps the line open, and is served until it lets go or has been silent for
 * some seconds.
 */
void gdb_serve_end(u8 status);
