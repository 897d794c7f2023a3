/*
 * Whose command it is that stands behind `monitor`, and which threads gdb
 * hears of.
 *
 * modules: common/gdb/gdb_monitor.c common/gdb/gdb_thread.c
 */
#include "boot/symbols.h"
#include "gdb/gdb_monitor.h"
#include "lib/printk.h"
#include "unit.h"

#include <stdarg.h>

static char printed[1024];

void printk(const char *fmt, ...)
{
	size_t length = strlen(printed);
	va_list args;

	va_start(args, fmt);
	vsnprintf(printed + length, sizeof(printed) - length, fmt, args);
	va_end(args);
}

int format(char *buffer, size_t size, const char *fmt, ...)
{
	va_list args;
	int length;

	va_start(args, fmt);
	length = vsnprintf(buffer, size, fmt, args);
	va_end(args);
	return length;
}

const char *symbols_find(u64 address, u64 *offset)
{
	*offset = address;
	return NULL;
}

static void say_name(void *context, const char *arguments)
{
	printk("%s %s;", (const char *)context, arguments);
}

static const struct gdb_monitor_command commands[] = {
	{"name", "[word]", "whose it is", say_name},
};

static struct gdb_thread host = {.process = GDB_HOST_PROCESS};
static struct gdb_thread first = {.process = 2}, second = {.process = 2};
static struct gdb_monitor_table tables[2];

static void add(struct gdb_monitor_table *table, const char *name,
		const struct gdb_thread *thread)
{
	*table = (struct gdb_monitor_table){
		.commands = commands,
		.count = ARRAY_SIZE(commands),
		.context = (void *)name,
		.thread = thread,
	};
	gdb_monitor_add(table);
}

static void begin(void)
{
	printed[0] = '\0';
	add(&tables[0], "first", &first);
	add(&tables[1], "second", &second);
}

static void end(void)
{
	gdb_monitor_remove(&tables[0]);
	gdb_monitor_remove(&tables[1]);
}

static void asks(const char *line, const struct gdb_thread *selected,
		 const char *answer)
{
	gdb_monitor_run(line, selected);
	CHECK_STR(printed, answer);
	printed[0] = '\0';
}

static void a_command_is_the_selected_threads(void)
{
	begin();
	asks("name", &first, "first ;");
	asks("  name  a b ", &second, "second a b;");
	gdb_monitor_prefer(&first);
	asks("name", &second, "second ;");
	end();
}

static void of_the_host_it_is_the_last_one_that_ran(void)
{
	begin();
	asks("name", &host, "first ;");
	gdb_monitor_prefer(&second);
	asks("name", &host, "second ;");
	gdb_monitor_remove(&tables[1]);
	asks("name", &host, "first ;");
	gdb_monitor_remove(&tables[0]);
	asks("name", &host,
	     "There is no \"monitor name\"; \"monitor help\" lists what there "
	     "is.\n");
}

static void help_has_each_command_once(void)
{
	begin();
	gdb_monitor_run("help", &second);
	CHECK(strstr(printed, "whose it is") != NULL);
	CHECK(strstr(strstr(printed, "whose it is") + 1, "whose it is") ==
	      NULL);
	end();
}

static bool speaks_of(s64 process, s64 thread, const struct gdb_thread *wanted)
{
	return gdb_thread_find((struct gdb_thread_id){process, thread}) ==
	       wanted;
}

static void a_guest_is_heard_of_when_it_begins(void)
{
	gdb_thread_add(&host);
	gdb_thread_add(&first);
	gdb_thread_add(&second);
	CHECK(speaks_of(1, 1, &host));
	CHECK(speaks_of(2, 1, NULL));
	gdb_thread_begin(2);
	CHECK(speaks_of(2, 1, &first));
	CHECK(speaks_of(2, 2, &second));
	CHECK_EQ(gdb_thread_new_process(), 3);
	gdb_thread_remove(&first);
	CHECK(speaks_of(2, 1, NULL));
	CHECK(speaks_of(2, 2, &second));
	gdb_thread_remove(&second);
	CHECK_EQ(gdb_thread_new_process(), 2);
	gdb_thread_remove(&host);
}

static const struct unit_test tests[] = {
	UNIT_TEST(a_command_is_the_selected_threads),
	UNIT_TEST(of_the_host_it_is_the_last_one_that_ran),
	UNIT_TEST(help_has_each_command_once),
	UNIT_TEST(a_guest_is_heard_of_when_it_begins),
};

int main(void)
{
	return UNIT_RUN(tests);
}
