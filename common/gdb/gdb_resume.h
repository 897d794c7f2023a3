#pragma once
/*
 * The packets that let threads go on: for a while, or for ever.
 */
#include "gdb/gdb_session.h"

/* Sets each thread's step and the session's signal, as the actions say. */
enum gdb_next gdb_resume_run(struct gdb_session *session, const char *actions);

/* Ends the machine: it goes with the process that was killed. */
enum gdb_next gdb_resume_kill(struct gdb_session *session,
			      const struct gdb_command *command);

/* Lets go of a process, or of all; after the last one the kernel runs on. */
enum gdb_next gdb_resume_detach(struct gdb_session *session,
				const struct gdb_command *command);
