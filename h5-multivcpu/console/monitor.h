#pragma once
/*
 * The management console on the machine's terminal: it takes every key that is
 * typed, and gives it to the virtual machine that has the terminal, or to its
 * own line of commands.
 *
 * It is touched by one CPU at a time. That CPU does, now and then and whenever
 * a byte has come,
 *
 *	while (monitor_wants_key(monitor) && console_read(&byte)) {
 *		monitor_key(monitor, byte);
 *	}
 *
 * and monitor_tick() every TERMINAL_TICK_MS. What is not wanted stays in the
 * UART, which holds the sender back.
 */
#include "console/command.h"
#include "console/line_editor.h"
#include "console/terminal_input.h"
#include "console/terminal_output.h"

struct monitor {
	struct terminal_output *terminal;
	struct terminal_speaker speaker;
	struct terminal_input keys;
	struct line_editor editor;
	struct commander commander;
	struct input_ring typed; /* for the monitor, and not looked at yet */

	bool on;      /* the monitor has the terminal, not a machine */
	bool waiting; /* for commander.vm, commander.state */
	u32 vm;	      /* which has the terminal, or gets it back */
};

/*
 * The monitor has the terminal. ops and terminal stay the caller's and outlive
 * it.
 */
void monitor_init(struct monitor *monitor, const struct monitor_ops *ops,
		  struct terminal_output *terminal);

/* Gives the terminal to a virtual machine. False: there is none of that id. */
bool monitor_give_terminal(struct monitor *monitor, u32 id);

/* Is there room for a key where it would go? */
bool monitor_wants_key(const struct monitor *monitor);

/* A byte has come. monitor_wants_key() was true, or it may be lost. */
void monitor_key(struct monitor *monitor, u8 byte);

/*
 * Time has passed: looks whether what `vm wait` waits for has come, takes the
 * terminal from a machine that is no more, and lets waiting output go.
 */
void monitor_tick(struct monitor *monitor);
