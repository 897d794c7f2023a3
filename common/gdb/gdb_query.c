#include "gdb/gdb_query.h"
#include "gdb/gdb_monitor.h"
#include "gdb/gdb_output.h"
#include "lib/printk.h"
#include "lib/string.h"

#define MONITOR_LINE_MAX 256

/*
 * The first question of a debugger that has just come. One that went without
 * a word may have left breakpoints behind.
 */
static void answer_supported(struct gdb_session *s, const char *features)
{
	static const char wanted[] = "multiprocess+";

	s->processes = false;
	for (const char *at = strchr(features, wanted[0]); at != NULL;
	     at = strchr(at + 1, wanted[0])) {
		if (strncmp(at, wanted, sizeof(wanted) - 1) == 0) {
			s->processes = true;
		}
	}
	for (struct gdb_thread *t = gdb_thread_first(); t != NULL;
	     t = t->next) {
		t->detached = false;
		t->ops->clear(t);
	}
	s->selected = s->why.thread;
	gdb_packet_text(&s->answer, "PacketSize=");
	gdb_packet_number(&s->answer, GDB_PACKET_MAX);
	gdb_packet_text(&s->answer,
			";QStartNoAckMode+;multiprocess+;swbreak+;hwbreak+;"
			"vContSupported+;qXfer:features:read+");
}

static void select_thread(struct gdb_session *s, const struct gdb_command *c)
{
	struct gdb_thread *thread = gdb_thread_find(c->thread);

	if (thread == NULL) {
		gdb_session_error(s, GDB_ERROR_ARGUMENT);
		return;
	}
	if (c->kind == GDB_COMMAND_SELECT_THREAD) {
		s->selected = thread;
	} else {
		s->to_run = c->thread.thread > GDB_ANY ? thread : NULL;
	}
	gdb_session_ok(s);
}

static void answer_alive(struct gdb_session *s, const struct gdb_command *c)
{
	if (gdb_thread_find(c->thread) != NULL) {
		gdb_session_ok(s);
	} else {
		gdb_session_error(s, GDB_ERROR_ARGUMENT);
	}
}

static void list_threads(struct gdb_session *s)
{
	bool first = true;

	for (; s->listed != NULL; s->listed = s->listed->next) {
		if (s->listed->detached) {
			continue;
		}
		gdb_packet_byte(&s->answer, first ? 'm' : ',');
		gdb_session_thread(s, s->listed);
		first = false;
	}
	if (first) {
		gdb_packet_byte(&s->answer, 'l');
	}
}

static void name_thread(struct gdb_session *s, const struct gdb_command *c)
{
	const struct gdb_thread *thread = gdb_thread_find(c->thread);

	/* gdb would show the digits of an error as a name. */
	if (thread != NULL) {
		gdb_packet_hex(&s->answer, thread->name, strlen(thread->name));
	}
}

static void describe(struct gdb_session *s, const struct gdb_command *c)
{
	size_t size;
	const char *text = gdb_registers_description(&size);
	u64 from = min_u64(c->address, size);
	u64 length =
		min_u64(min_u64(c->length, GDB_SESSION_CHUNK), size - from);

	gdb_packet_byte(&s->answer, from + length == size ? 'l' : 'm');
	for (u64 i = 0; i < length; i++) {
		gdb_packet_byte(&s->answer, (u8)text[from + i]);
	}
}

static void monitor(struct gdb_session *s, const char *digits)
{
	static char line[MONITOR_LINE_MAX + 1];
	size_t length = strlen(digits) / 2;
	printk_writer *before;

	if (length > MONITOR_LINE_MAX ||
	    !gdb_command_bytes(digits, line, length)) {
		gdb_session_error(s, GDB_ERROR_ARGUMENT);
		return;
	}
	line[length] = '\0';
	printk_begin();
	before = printk_divert(gdb_output_text);
	gdb_monitor_run(line, s->selected);
	printk_divert(before);
	printk_end();
	gdb_output_flush();
	gdb_session_ok(s);
}

static void answer_threads(struct gdb_session *s, const struct gdb_command *c)
{
	switch (c->kind) {
	case GDB_COMMAND_FIRST_THREADS:
		s->listed = gdb_thread_first();
		list_threads(s);
		break;
	case GDB_COMMAND_MORE_THREADS:
		list_threads(s);
		break;
	case GDB_COMMAND_CURRENT_THREAD:
		gdb_packet_text(&s->answer, "QC");
		gdb_session_thread(s, s->why.thread);
		break;
	case GDB_COMMAND_THREAD_NAME:
		name_thread(s, c);
		break;
	case GDB_COMMAND_THREAD_ALIVE:
		answer_alive(s, c);
		break;
	case GDB_COMMAND_SELECT_THREAD:
	case GDB_COMMAND_SELECT_RUN:
		select_thread(s, c);
		break;
	default:
		break;
	}
}

void gdb_query_answer(struct gdb_session *session,
		      const struct gdb_command *command)
{
	switch (command->kind) {
	case GDB_COMMAND_SUPPORTED:
		answer_supported(session, command->text);
		break;
	case GDB_COMMAND_ATTACHED:
		/* Not attached but started: leaving gdb kills. */
		gdb_packet_byte(&session->answer, '0');
		break;
	case GDB_COMMAND_NO_ACK:
		gdb_session_ok(session);
		break;
	case GDB_COMMAND_DESCRIPTION:
		describe(session, command);
		break;
	case GDB_COMMAND_MONITOR:
		monitor(session, command->text);
		break;
	case GDB_COMMAND_RUN_HOW:
		gdb_packet_text(&session->answer, "vCont;c;C;s;S");
		break;
	case GDB_COMMAND_WRONG:
		gdb_session_error(session, GDB_ERROR_ARGUMENT);
		break;
	default:
		answer_threads(session, command);
		break;
	}
}
