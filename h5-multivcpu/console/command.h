#pragma once
/*
 * The monitor's commands: a line taken apart, found in a table, carried out.
 *
 * A virtual machine is given by its id or its name, a vCPU as N.V. Every
 * command can be given at any time; one that cannot be done says why in one
 * line.
 */
#include "console/line_history.h"
#include "console/monitor_ops.h"

/* What a command leaves to the monitor. */
enum command_request {
	COMMAND_NOTHING,
	COMMAND_CONSOLE, /* the terminal to virtual machine vm */
	COMMAND_WAIT,	 /* no further line until vm is in that state */
	COMMAND_QUIT,
};

struct commander {
	const struct monitor_ops *ops;
	/* What the commands say; a line ends with LF. */
	void (*write)(void *to, const char *text, size_t length);
	void *to;

	enum command_request request;
	u32 vm;
	const char *state; /* one of ops->states */
};

/*
 * Carries out a line, of COMMAND_LINE_MAX characters at most, which is taken
 * apart, and sets request.
 */
void command_run(struct commander *commander, char *line);

/* What the commands are made of. */

#define COMMAND_WORDS_MAX 8u
#define COMMAND_LINE_MAX  LINE_HISTORY_LENGTH

struct command_words {
	u32 count;
	const char *word[COMMAND_WORDS_MAX];
};

struct command {
	const char *name;
	const char *second;    /* its second word, "list" of "vm list"; "" */
	const char *arguments; /* as help shows them: "N [gpa]" */
	u32 least;	       /* so many, */
	u32 most;	       /* to so many of them */
	const char *help;
	/* words: the arguments alone. */
	void (*run)(struct commander *commander,
		    const struct command_words *words);
};

void command_print(struct commander *commander, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
