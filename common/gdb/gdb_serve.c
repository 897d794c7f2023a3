#include "gdb/gdb_serve.h"
#include "gdb/gdb_access.h"
#include "gdb/gdb_host.h"
#include "gdb/gdb_link.h"
#include "gdb/gdb_query.h"
#include "gdb/gdb_report.h"
#include "gdb/gdb_resume.h"

/*
 * A debugger that has gone without a word does not hold up the end: reads of
 * the port, some seconds of them.
 */
#define END_POLLS 5000000

static struct gdb_session session;

static enum gdb_next carry_out(const struct gdb_command *c)
{
	switch (c->kind) {
	case GDB_COMMAND_WHY_STOPPED:
		gdb_report_stop(&session);
		break;
	case GDB_COMMAND_READ_REGISTERS:
	case GDB_COMMAND_WRITE_REGISTERS:
	case GDB_COMMAND_READ_REGISTER:
	case GDB_COMMAND_WRITE_REGISTER:
	case GDB_COMMAND_READ_MEMORY:
	case GDB_COMMAND_WRITE_MEMORY:
	case GDB_COMMAND_INSERT_POINT:
	case GDB_COMMAND_REMOVE_POINT:
		gdb_access_answer(&session, c);
		break;
	case GDB_COMMAND_RUN:
		return gdb_resume_run(&session, c->text);
	case GDB_COMMAND_KILL:
		return gdb_resume_kill(&session, c);
	case GDB_COMMAND_DETACH:
		return gdb_resume_detach(&session, c);
	default:
		gdb_query_answer(&session, c);
	}
	return GDB_SERVE_ON;
}

static void serve_until_run(void)
{
	enum gdb_next next = GDB_SERVE_ON;

	while (next == GDB_SERVE_ON) {
		size_t length;
		const char *text = gdb_link_receive(
			&length, session.ending ? END_POLLS : 0);

		if (text == NULL) {
			break;
		}

		struct gdb_command command = gdb_command_parse(text, length);

		session.attached = true;
		gdb_packet_begin(&session.answer);
		next = carry_out(&command);
		if (next == GDB_SERVE_ON) {
			gdb_link_send(&session.answer);
		}
		if (command.kind == GDB_COMMAND_NO_ACK) {
			gdb_link_acknowledge(false);
		}
	}
}

enum gdb_signal gdb_serve(const struct gdb_stop *why)
{
	session.why = *why;
	session.selected = why->thread;
	session.to_run = NULL;
	session.signal = GDB_SIGNAL_NONE;
	if (session.running) {
		gdb_packet_begin(&session.answer);
		gdb_report_stop(&session);
		gdb_link_send(&session.answer);
	}
	serve_until_run();
	session.running = session.attached;
	return session.signal;
}

bool gdb_serve_attached(void)
{
	return session.attached;
}

void gdb_serve_end(u8 status)
{
	gdb_packet_begin(&session.answer);
	gdb_report_exit(&session, status);
	gdb_link_send(&session.answer);
	gdb_link_flush();
	if (session.guests) {
		session.ending = true;
		session.selected = gdb_host_thread();
		session.selected->detached = true;
		serve_until_run();
	}
	session.attached = false;
}
