#pragma once
/*
 * What a packet from gdb asks for, taken apart.
 *
 * "Debugging with GDB", appendix "GDB Remote Serial Protocol", sections
 * "Packets" and "General Query Packets". The text comes from outside: nothing
 * is believed about it, and what does not parse is GDB_COMMAND_UNKNOWN.
 */
#include "lib/types.h"

enum gdb_command_kind {
	GDB_COMMAND_UNKNOWN,	    /* gdb wants an empty answer */
	GDB_COMMAND_WRONG,	    /* known, but its arguments are not sound */
	GDB_COMMAND_WHY_STOPPED,    /* ? */
	GDB_COMMAND_READ_REGISTERS, /* g */
	GDB_COMMAND_WRITE_REGISTERS, /* G: text */
	GDB_COMMAND_READ_REGISTER,   /* p: number */
	GDB_COMMAND_WRITE_REGISTER,  /* P: number, text */
	GDB_COMMAND_READ_MEMORY,     /* m: address, length */
	GDB_COMMAND_WRITE_MEMORY,    /* M: address, length, text */
	GDB_COMMAND_INSERT_POINT,    /* Z: number (its kind), address, length */
	GDB_COMMAND_REMOVE_POINT,    /* z: the same */
	GDB_COMMAND_SELECT_THREAD,   /* Hg: thread */
	GDB_COMMAND_SELECT_RUN,	     /* Hc: thread */
	GDB_COMMAND_THREAD_ALIVE,    /* T: thread */
	GDB_COMMAND_RUN,	     /* vCont, c, s, C, S: text, the actions */
	GDB_COMMAND_RUN_HOW,	     /* vCont? */
	GDB_COMMAND_KILL,	     /* k, vKill */
	GDB_COMMAND_DETACH,	     /* D: thread, its process */
	GDB_COMMAND_SUPPORTED,	     /* qSupported: text */
	GDB_COMMAND_ATTACHED,	     /* qAttached */
	GDB_COMMAND_NO_ACK,	     /* QStartNoAckMode */
	GDB_COMMAND_FIRST_THREADS,   /* qfThreadInfo */
	GDB_COMMAND_MORE_THREADS,    /* qsThreadInfo */
	GDB_COMMAND_CURRENT_THREAD,  /* qC */
	GDB_COMMAND_THREAD_NAME,     /* qThreadExtraInfo: thread */
	GDB_COMMAND_DESCRIPTION,     /* qXfer:features:read: address, length */
	GDB_COMMAND_MONITOR,	     /* qRcmd: text */
};

/* A thread of a process; either may be one of these. */
#define GDB_ANY 0
#define GDB_ALL (-1)

struct gdb_thread_id {
	s64 process; /* GDB_ANY where gdb names none */
	s64 thread;
};

struct gdb_command {
	enum gdb_command_kind kind;
	u64 address;
	u64 length;
	u64 number;
	struct gdb_thread_id thread;
	const char *text; /* a part of the packet, to its NUL */
};

/* Takes text apart, which ends with NUL at text[length] and not before. */
struct gdb_command gdb_command_parse(const char *text, size_t length);

/* One action of GDB_COMMAND_RUN. */
struct gdb_action {
	bool step;
	u8 signal; /* 0: none */
	struct gdb_thread_id thread;
};

/*
 * Takes the next action off *text and moves *text behind it. False at the end
 * of the text, and where it is not sound: then *text is not at its NUL.
 */
bool gdb_command_action(const char **text, struct gdb_action *action);

/*
 * Converts text, which is hexadecimal digits only, to size bytes. False where
 * it is not exactly that.
 */
bool gdb_command_bytes(const char *text, void *bytes, size_t size);
