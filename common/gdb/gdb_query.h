#pragma once
/*
 * gdb's questions about the stub and its threads: features, the list of
 * threads, the description of the registers, `monitor`.
 *
 * "Debugging with GDB", appendix "GDB Remote Serial Protocol", section
 * "General Query Packets".
 */
#include "gdb/gdb_session.h"

/*
 * Answers what only asks, and selects threads. A command that it does not know
 * gets an empty answer, which tells gdb to do without.
 */
void gdb_query_answer(struct gdb_session *session,
		      const struct gdb_command *command);
