#pragma once
/*
 * The management console on the machine's terminal: it takes every key that is
 * typed, and gives it to the virtual machine that has the terminal, or to its
 * own line of commands.
 *
 * It is touched by one CPU at a time. That CPU does, whenever a byte may have
 * come,
 *
 *	while (monitor_wants_key(monitor) && console_read(&byte)) {
 *		monitor_key(monitor, byte);
 *	}
 *
 * and calls monitor_tick() every TERMINAL_TICK_MS. A machine that does not read
 * holds back whoever types: what is not wanted stays in the UART.
 *
 * A script sends the keys that a person would type. "vm wait" lets it go step
 * by step with the machines: what stands behind it is kept until then, or
 * until Ctrl-C.
 */
#include "console/command.h"
#include "console/line_editor.h"
#include "console/terminal_input.h"
#include "console/terminal_output.h"

struct monitor {
	struct terminal_output *terminal;
	struct terminal_speaker speaker; /* the commands and their answers */
	struct terminal_speaker notices; /* about the terminal itself */
	struct input_ring typed;	 /* and not looked at yet */
	struct terminal_input keys;
	struct line_editor editor;
	struct commander commander;

	bool prompts; /* it has had the terminal before */
	bool on;      /* the monitor has the terminal, not a machine */
	bool waiting; /* for what commander says */
	bool ending;  /* by quit: keys are no longer heard */
	u32 vm;	      /* which has the terminal, or gets it back */
};

/*
 * Makes a monitor. Nobody has the terminal yet. ops and terminal stay the
 * caller's and outlive it.
 */
void monitor_init(struct monitor *monitor, const struct monitor_ops *ops,
		  struct terminal_output *terminal);

/* Gives the terminal to the monitor itself, which prompts. */
void monitor_open(struct monitor *monitor);

/* Gives the terminal to a virtual machine. False: there is none of that id. */
bool monitor_give_terminal(struct monitor *monitor, u32 id);

/* Can a key be taken? */
bool monitor_wants_key(const struct monitor *monitor);

/* A byte has come. Unless monitor_wants_key() was true it is lost. */
void monitor_key(struct monitor *monitor, u8 byte);

/*
 * Time has passed: looks whether what a command waits for has come and whether
 * a machine takes more input, has the terminal back from one that is no more,
 * and lets waiting output go.
 */
void monitor_tick(struct monitor *monitor);
