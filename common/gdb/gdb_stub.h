#pragma once
/*
 * The kernel's side of gdb: it stops, answers gdb's questions, goes on.
 *
 * "Debugging with GDB", appendix "GDB Remote Serial Protocol". All-stop: while
 * one thread is stopped nothing runs. The option "gdb" on the kernel's command
 * line starts it; without that nothing here is ever called but the two
 * questions, which answer no.
 */
#include "gdb/gdb_thread.h"

/*
 * Takes the second serial port and the exceptions, lets interrupts through,
 * waits for gdb and stops.
 */
void gdb_stub_start(void);

/* Has gdb_stub_start() been called? */
bool gdb_stub_listening(void);

/* Is there a debugger now? It may have detached. */
bool gdb_stub_attached(void);

/* Signals, as gdb numbers them. */
enum gdb_signal {
	GDB_SIGNAL_NONE = 0,
	GDB_SIGNAL_INT = 2,
	GDB_SIGNAL_ILL = 4,
	GDB_SIGNAL_TRAP = 5,
	GDB_SIGNAL_FPE = 8,
	GDB_SIGNAL_SEGV = 11,
};

/* Why a thread has stopped. */
struct gdb_stop {
	struct gdb_thread *thread;
	enum gdb_signal signal;
	bool at_point; /* a breakpoint or watchpoint, of this kind: */
	enum gdb_point point;
	u64 address; /* what a watchpoint watches */
};

/*
 * Stops here, on behalf of any thread, until gdb lets the kernel go on. At
 * once over where no debugger is attached.
 */
void gdb_stub_stop(const struct gdb_stop *why);

/* A breakpoint in the code itself, for a panic: stops if gdb is attached. */
void gdb_stub_break(void);

/* Prints a line in gdb's own window. */
void gdb_stub_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * To be called around a guest's run, the first with interrupts on. Between the
 * two the CPU is the guest's, and so is a Ctrl-C; the second one tells whether
 * there was one. It lets a pending interrupt in, and interrupts are on
 * afterwards.
 */
void gdb_stub_guest_enters(void);
bool gdb_stub_guest_left(void);

/* Tells gdb that the kernel ends with this status. */
void gdb_stub_end(u8 status);
