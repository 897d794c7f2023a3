#pragma once
/*
 * The kernel's side of gdb: it stops, answers gdb's questions, goes on.
 *
 * "Debugging with GDB", appendix "GDB Remote Serial Protocol". All-stop: while
 * one thread is stopped nothing runs. Where gdb lets some threads go on and
 * holds others, the host goes on in any case, and so does a guest that has one
 * virtual CPU. The option "gdb" on the kernel's command
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
 * once over where no debugger is attached, or it has detached from the
 * thread's process.
 */
void gdb_stub_stop(const struct gdb_stop *why);

/* A breakpoint in the code itself, for a panic: stops if gdb is attached. */
void gdb_stub_break(void);

/* Prints a line in gdb's own window. */
void gdb_stub_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * To be called around a guest's run. Between the two the CPU is the guest's,
 * and so is a Ctrl-C. The second one lets a pending interrupt in, and leaves
 * interrupts on or off as the first one has found them.
 */
void gdb_stub_guest_enters(void);
void gdb_stub_guest_left(void);

/* Has there been such a Ctrl-C since the last time that this was asked? */
bool gdb_stub_interrupted(void);

/*
 * While gdb has stopped everything: what the CPU's CR2 was, and will be again.
 * It may be a guest's.
 */
u64 *gdb_stub_cr2(void);

/* Tells gdb that the kernel ends with this status. */
void gdb_stub_end(u8 status);
