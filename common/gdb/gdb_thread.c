#include "gdb/gdb_thread.h"

static struct gdb_thread *threads;
static u32 last_unique;

void gdb_thread_add(struct gdb_thread *thread)
{
	struct gdb_thread **end = &threads;

	thread->number = 1;
	while (*end != NULL) {
		if ((*end)->process == thread->process) {
			thread->number = (*end)->number + 1;
		}
		end = &(*end)->next;
	}
	thread->unique = ++last_unique;
	thread->step = false;
	thread->held = false;
	thread->detached = thread->process != GDB_HOST_PROCESS;
	thread->next = NULL;
	*end = thread;
}

void gdb_thread_remove(struct gdb_thread *thread)
{
	for (struct gdb_thread **at = &threads; *at != NULL;
	     at = &(*at)->next) {
		if (*at == thread) {
			*at = thread->next;
			return;
		}
	}
}

void gdb_thread_begin(u32 process)
{
	for (struct gdb_thread *t = threads; t != NULL; t = t->next) {
		if (t->process == process) {
			t->detached = false;
		}
	}
}

u32 gdb_thread_new_process(void)
{
	u32 highest = GDB_HOST_PROCESS;

	for (const struct gdb_thread *t = threads; t != NULL; t = t->next) {
		highest = t->process > highest ? t->process : highest;
	}
	return highest + 1;
}

struct gdb_thread *gdb_thread_first(void)
{
	return threads;
}

static bool id_covers(s64 id, u32 number)
{
	return id == GDB_ALL || id == GDB_ANY || id == number;
}

bool gdb_thread_matches(const struct gdb_thread *thread,
			struct gdb_thread_id id)
{
	if (thread->detached) {
		return false;
	}
	if (id.process == GDB_ANY) {
		return id_covers(id.thread, thread->unique);
	}
	return id_covers(id.process, thread->process) &&
	       id_covers(id.thread, thread->number);
}

struct gdb_thread *gdb_thread_find(struct gdb_thread_id id)
{
	struct gdb_thread *thread = threads;

	while (thread != NULL && !gdb_thread_matches(thread, id)) {
		thread = thread->next;
	}
	return thread;
}
