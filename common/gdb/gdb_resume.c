#include "gdb/gdb_resume.h"
#include "boot/kernel.h"
#include "gdb/gdb_link.h"
#include "lib/printk.h"

/* The packets s and S name no thread: it was named before, by Hc. */
static bool action_covers(const struct gdb_session *s,
			  const struct gdb_action *action,
			  const struct gdb_thread *thread)
{
	if (action->thread.process == GDB_ALL &&
	    action->thread.thread == GDB_ALL && s->to_run != NULL) {
		return thread == s->to_run;
	}
	return gdb_thread_matches(thread, action->thread);
}

/*
 * The leftmost action that names a thread is the thread's; without one it
 * stays. Only Hc, of debuggers without vCont, says nothing about the others.
 */
static void instruct(const struct gdb_session *s, const char *actions,
		     struct gdb_thread *thread)
{
	struct gdb_action action;

	thread->step = false;
	thread->held = false;
	while (gdb_command_action(&actions, &action)) {
		if (action_covers(s, &action, thread)) {
			thread->step = action.step;
			return;
		}
	}
	thread->held = s->to_run == NULL && !thread->detached;
}

enum gdb_next gdb_resume_run(struct gdb_session *session, const char *actions)
{
	const char *at = actions;
	struct gdb_action action;

	if (!gdb_command_action(&at, &action)) {
		gdb_session_error(session, GDB_ERROR_ARGUMENT);
		return GDB_SERVE_ON;
	}
	session->signal = (enum gdb_signal)action.signal;
	while (gdb_command_action(&at, &action)) {
		/* Here it only matters whether all of them are sound. */
	}
	if (*at != '\0') {
		gdb_session_error(session, GDB_ERROR_ARGUMENT);
		return GDB_SERVE_ON;
	}
	for (struct gdb_thread *t = gdb_thread_first(); t != NULL;
	     t = t->next) {
		instruct(session, actions, t);
	}
	return GDB_RUN;
}

enum gdb_next gdb_resume_kill(struct gdb_session *session,
			      const struct gdb_command *command)
{
	if (command->text[0] != '\0') {
		gdb_session_ok(session);
		gdb_link_send(&session->answer);
	}
	gdb_link_flush();
	session->attached = false;
	if (!session->ending) {
		printk("gdb: killed\n");
		kernel_end(KERNEL_FAILURE);
	}
	return GDB_RUN;
}

enum gdb_next gdb_resume_detach(struct gdb_session *session,
				const struct gdb_command *command)
{
	bool all = true;

	for (struct gdb_thread *t = gdb_thread_first(); t != NULL;
	     t = t->next) {
		if (gdb_thread_matches(t, command->thread)) {
			t->detached = true;
			t->ops->clear(t);
		}
		t->step = false;
		t->held = false;
		all &= t->detached;
	}
	gdb_session_ok(session);
	if (!all) {
		return GDB_SERVE_ON;
	}
	gdb_link_send(&session->answer);
	gdb_link_acknowledge(true);
	session->attached = false;
	return GDB_RUN;
}
