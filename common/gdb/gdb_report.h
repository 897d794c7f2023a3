#pragma once
/*
 * How gdb hears that something has stopped.
 *
 * "Debugging with GDB", appendix "GDB Remote Serial Protocol", section "Stop
 * Reply Packets".
 */
#include "gdb/gdb_session.h"

/* Appends the session's stop to its answer. */
void gdb_report_stop(struct gdb_session *session);

/* Appends that the host's process has exited with this status. */
void gdb_report_exit(struct gdb_session *session, u8 status);
