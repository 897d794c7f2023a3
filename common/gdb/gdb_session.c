#include "gdb/gdb_session.h"

void gdb_session_ok(struct gdb_session *session)
{
	gdb_packet_text(&session->answer, "OK");
}

void gdb_session_error(struct gdb_session *session, enum gdb_error number)
{
	u8 byte = (u8)number;

	gdb_packet_byte(&session->answer, 'E');
	gdb_packet_hex(&session->answer, &byte, 1);
}

void gdb_session_thread(struct gdb_session *session,
			const struct gdb_thread *thread)
{
	session->guests |= thread->process != GDB_HOST_PROCESS;
	if (!session->processes) {
		gdb_packet_number(&session->answer, thread->unique);
		return;
	}
	gdb_packet_byte(&session->answer, 'p');
	gdb_packet_number(&session->answer, thread->process);
	gdb_packet_byte(&session->answer, '.');
	gdb_packet_number(&session->answer, thread->number);
}
