#include "gdb/gdb_monitor.h"
#include "boot/symbols.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "lib/printk.h"
#include "lib/string.h"

#define LINE_MAX 128

static void print_help(void *context, const char *arguments);
static void print_cpus(void *context, const char *arguments);

static const struct gdb_monitor_command own_commands[] = {
	{"help", "", "this list", print_help},
	{"cpus", "", "each CPU and virtual CPU, and where it is", print_cpus},
};

static struct gdb_monitor_table tables = {
	.commands = own_commands,
	.count = ARRAY_SIZE(own_commands),
};

static const struct gdb_thread *preferred;
static const struct gdb_thread *chosen; /* while a line is carried out */

void gdb_monitor_add(struct gdb_monitor_table *table)
{
	struct gdb_monitor_table *last = &tables;

	while (last->next != NULL) {
		last = last->next;
	}
	table->next = NULL;
	last->next = table;
}

void gdb_monitor_remove(struct gdb_monitor_table *table)
{
	if (preferred == table->thread) {
		preferred = NULL;
	}
	for (struct gdb_monitor_table *t = &tables; t->next != NULL;
	     t = t->next) {
		if (t->next == table) {
			t->next = table->next;
			return;
		}
	}
}

void gdb_monitor_prefer(const struct gdb_thread *thread)
{
	preferred = thread;
}

/* The first table from here on that is about the thread, or NULL. */
static const struct gdb_monitor_table *
find_about(const struct gdb_monitor_table *table,
	   const struct gdb_thread *thread)
{
	while (table != NULL && table->thread != thread) {
		table = table->next;
	}
	return table;
}

/* NULL: no table is about any thread. */
static const struct gdb_thread *choose(const struct gdb_thread *selected)
{
	const struct gdb_monitor_table *table = &tables;

	if (find_about(table, selected) != NULL) {
		return selected;
	}
	if (preferred != NULL) {
		return preferred;
	}
	while (table != NULL && table->thread == NULL) {
		table = table->next;
	}
	return table != NULL ? table->thread : NULL;
}

/* The first table from here on that counts, or NULL. */
static const struct gdb_monitor_table *
next(const struct gdb_monitor_table *table)
{
	while (table != NULL && table->thread != NULL &&
	       table->thread != chosen) {
		table = table->next;
	}
	return table;
}

static void print_help(void *context, const char *arguments)
{
	(void)context;
	(void)arguments;
	for (const struct gdb_monitor_table *t = next(&tables); t != NULL;
	     t = next(t->next)) {
		for (size_t i = 0; i < t->count; i++) {
			printk("%-8s %-10s %s\n", t->commands[i].name,
			       t->commands[i].arguments, t->commands[i].help);
		}
	}
}

/* A name is known for the host's addresses only. */
static void print_cpus(void *context, const char *arguments)
{
	(void)context;
	(void)arguments;
	for (struct gdb_thread *t = gdb_thread_first(); t != NULL;
	     t = t->next) {
		struct gdb_registers registers;
		u64 offset = 0;
		const char *name = NULL;

		t->ops->read_registers(t, &registers);
		if (t->process == GDB_HOST_PROCESS) {
			name = symbols_find(registers.value[GDB_RIP], &offset);
		}
		printk("thread %u.%u  %-8s RIP %#lx", t->process, t->number,
		       t->name, registers.value[GDB_RIP]);
		if (name != NULL) {
			printk(" %s+%#lx", name, offset);
		}
		printk("\n");
	}
}

/* Cuts line into its first word and the rest. */
static const char *split(char *line)
{
	char *rest = strchr(line, ' ');
	size_t length;

	if (rest == NULL) {
		return "";
	}
	while (*rest == ' ') {
		*rest++ = '\0';
	}
	for (length = strlen(rest); length > 0 && rest[length - 1] == ' ';) {
		rest[--length] = '\0';
	}
	return rest;
}

void gdb_monitor_run(const char *line, const struct gdb_thread *selected)
{
	char copy[LINE_MAX];
	const char *arguments;

	while (*line == ' ') {
		line++;
	}
	format(copy, sizeof(copy), "%s", line);
	arguments = split(copy);
	chosen = choose(selected);
	for (const struct gdb_monitor_table *t = next(&tables); t != NULL;
	     t = next(t->next)) {
		for (size_t i = 0; i < t->count; i++) {
			if (strcmp(t->commands[i].name, copy) == 0) {
				t->commands[i].run(t->context, arguments);
				return;
			}
		}
	}
	printk("There is no \"monitor %s\"; \"monitor help\" lists what there "
	       "is.\n",
	       copy);
}
