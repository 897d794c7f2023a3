#pragma once
/*
 * The packets that read and change the selected thread: its registers, its
 * memory, its breakpoints.
 */
#include "gdb/gdb_session.h"

/* Answers one of GDB_COMMAND_READ_REGISTERS .. GDB_COMMAND_REMOVE_POINT. */
void gdb_access_answer(struct gdb_session *session,
		       const struct gdb_command *command);
