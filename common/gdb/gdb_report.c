#include "gdb/gdb_report.h"

static void put_point(struct gdb_packet *answer, const struct gdb_stop *why)
{
	switch (why->point) {
	case GDB_POINT_SOFTWARE:
		gdb_packet_text(answer, "swbreak:;");
		return;
	case GDB_POINT_HARDWARE:
		gdb_packet_text(answer, "hwbreak:;");
		return;
	case GDB_POINT_WRITE:
		gdb_packet_text(answer, "watch:");
		break;
	case GDB_POINT_READ:
		gdb_packet_text(answer, "rwatch:");
		break;
	case GDB_POINT_ACCESS:
		gdb_packet_text(answer, "awatch:");
		break;
	}
	gdb_packet_number(answer, why->address);
	gdb_packet_byte(answer, ';');
}

/* What gdb looks at after every stop: it need not ask for all of them then. */
static void put_registers(struct gdb_packet *answer, struct gdb_thread *thread)
{
	static const enum gdb_register wanted[] = {GDB_RBP, GDB_RSP, GDB_RIP};
	struct gdb_registers registers;

	thread->ops->read_registers(thread, &registers);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		gdb_packet_number(answer, wanted[i]);
		gdb_packet_byte(answer, ':');
		gdb_registers_put(answer, &registers, wanted[i]);
		gdb_packet_byte(answer, ';');
	}
}

void gdb_report_stop(struct gdb_session *session)
{
	struct gdb_packet *answer = &session->answer;
	u8 signal = (u8)session->why.signal;

	gdb_packet_byte(answer, 'T');
	gdb_packet_hex(answer, &signal, 1);
	gdb_packet_text(answer, "thread:");
	gdb_session_thread(session, session->why.thread);
	gdb_packet_byte(answer, ';');
	if (session->why.at_point) {
		put_point(answer, &session->why);
	}
	put_registers(answer, session->why.thread);
}

void gdb_report_exit(struct gdb_session *session, u8 status)
{
	gdb_packet_byte(&session->answer, 'W');
	gdb_packet_hex(&session->answer, &status, 1);
	if (session->processes) {
		gdb_packet_text(&session->answer, ";process:");
		gdb_packet_number(&session->answer, GDB_HOST_PROCESS);
	}
}
