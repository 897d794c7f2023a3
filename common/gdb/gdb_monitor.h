#pragma once
/*
 * What can be typed behind gdb's `monitor`.
 *
 * The commands print with printk(), and the stub sends that to gdb; so a
 * command and a dump on the console are the same function. A stage adds its
 * own by adding a table. A table may be about one thread: of several such the
 * one counts whose thread gdb has selected.
 */
#include "gdb/gdb_thread.h"

struct gdb_monitor_command {
	const char *name;
	const char *arguments; /* for help: "[gpa]", or "" */
	const char *help;
	/* context is the table's; arguments has no blanks at its ends. */
	void (*run)(void *context, const char *arguments);
};

struct gdb_monitor_table {
	const struct gdb_monitor_command *commands;
	size_t count;
	void *context;
	const struct gdb_thread *thread; /* NULL: about none in particular */
	struct gdb_monitor_table *next;
};

/* Adds the commands of a table, which stays the caller's, or removes them. */
void gdb_monitor_add(struct gdb_monitor_table *table);
void gdb_monitor_remove(struct gdb_monitor_table *table);

/*
 * From now on it is this thread that counts where gdb has selected one that no
 * table is about, such as a CPU of the host.
 */
void gdb_monitor_prefer(const struct gdb_thread *thread);

/*
 * Carries out one line, or says that there is no such command. selected: by
 * gdb.
 */
void gdb_monitor_run(const char *line, const struct gdb_thread *selected);
