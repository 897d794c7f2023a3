#pragma once
/*
 * What is remembered of a debugger from packet to packet, and the answer that
 * is being made for it.
 */
#include "gdb/gdb_packet.h"
#include "gdb/gdb_stub.h"

/* Error numbers for gdb; it shows them and reads nothing else into them. */
enum gdb_error {
	GDB_ERROR_MEMORY = 0x0e,
	GDB_ERROR_ARGUMENT = 0x16,
	GDB_ERROR_POINT = 0x1c,
};

struct gdb_session {
	bool attached;
	bool running;	/* gdb waits to hear of a stop */
	bool processes; /* gdb tells processes apart: "multiprocess" */
	bool guests;	/* gdb has heard of processes besides the host's */
	bool ending;	/* the kernel ends as soon as gdb has let go */
	struct gdb_stop why;
	struct gdb_thread *selected; /* by Hg: what is asked about */
	struct gdb_thread *to_run;   /* by Hc; NULL: all */
	struct gdb_thread *listed;   /* the next one of a list */
	enum gdb_signal signal;	     /* that the host's thread goes on with */
	struct gdb_packet answer;
};

/* What is to be done after an answer. */
enum gdb_next { GDB_SERVE_ON, GDB_RUN };

/* Bytes of memory, or of a text, that fit into one answer. */
#define GDB_SESSION_CHUNK (GDB_PACKET_MAX / 2 - 8)

/* Append "OK" or an error to the answer. */
void gdb_session_ok(struct gdb_session *session);
void gdb_session_error(struct gdb_session *session, enum gdb_error number);

/* Appends a thread's name in the protocol. */
void gdb_session_thread(struct gdb_session *session,
			const struct gdb_thread *thread);
