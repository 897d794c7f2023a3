#include "gdb/gdb_access.h"
#include "lib/string.h"

static u8 bytes[GDB_SESSION_CHUNK];

static void read_registers(struct gdb_session *s)
{
	struct gdb_registers registers;

	s->selected->ops->read_registers(s->selected, &registers);
	for (u64 i = 0; i < GDB_REGISTER_COUNT; i++) {
		gdb_registers_put(&s->answer, &registers, i);
	}
}

static void read_register(struct gdb_session *s, const struct gdb_command *c)
{
	struct gdb_registers registers;

	if (gdb_registers_size(c->number) == 0) {
		gdb_session_error(s, GDB_ERROR_ARGUMENT);
		return;
	}
	s->selected->ops->read_registers(s->selected, &registers);
	gdb_registers_put(&s->answer, &registers, c->number);
}

static bool set_register(struct gdb_thread *thread, u64 number,
			 const char *digits, size_t length)
{
	u64 value;

	return gdb_registers_value(digits, length, number, &value) &&
	       thread->ops->write_register(thread, (enum gdb_register)number,
					   value);
}

static void write_register(struct gdb_session *s, const struct gdb_command *c)
{
	if (set_register(s->selected, c->number, c->text, strlen(c->text))) {
		gdb_session_ok(s);
	} else {
		gdb_session_error(s, GDB_ERROR_ARGUMENT);
	}
}

/* The x87's registers are in the packet too, and stay as they are. */
static void write_registers(struct gdb_session *s, const char *digits)
{
	size_t left = strlen(digits);

	for (u64 i = 0; i < GDB_REGISTER_COUNT; i++) {
		size_t length = 2 * gdb_registers_size(i);

		if (left < length ||
		    (gdb_registers_known(i) &&
		     !set_register(s->selected, i, digits, left))) {
			gdb_session_error(s, GDB_ERROR_ARGUMENT);
			return;
		}
		digits += length;
		left -= length;
	}
	gdb_session_ok(s);
}

static void read_memory(struct gdb_session *s, const struct gdb_command *c)
{
	size_t size = min_u64(c->length, sizeof(bytes));

	if (s->selected->ops->read_memory(s->selected, c->address, bytes,
					  size)) {
		gdb_packet_hex(&s->answer, bytes, size);
	} else {
		gdb_session_error(s, GDB_ERROR_MEMORY);
	}
}

static void write_memory(struct gdb_session *s, const struct gdb_command *c)
{
	if (c->length > sizeof(bytes) ||
	    !gdb_command_bytes(c->text, bytes, c->length)) {
		gdb_session_error(s, GDB_ERROR_ARGUMENT);
	} else if (s->selected->ops->write_memory(s->selected, c->address,
						  bytes, c->length)) {
		gdb_session_ok(s);
	} else {
		gdb_session_error(s, GDB_ERROR_MEMORY);
	}
}

static void change_point(struct gdb_session *s, const struct gdb_command *c)
{
	const struct gdb_thread_ops *ops = s->selected->ops;
	enum gdb_point kind = (enum gdb_point)c->number;

	if (c->number > GDB_POINT_ACCESS || c->number == GDB_POINT_READ) {
		return; /* an empty answer: not to be had, watch accesses */
	}
	if (c->kind == GDB_COMMAND_REMOVE_POINT) {
		ops->remove(s->selected, kind, c->address, c->length);
		gdb_session_ok(s);
	} else if (ops->insert(s->selected, kind, c->address, c->length)) {
		gdb_session_ok(s);
	} else {
		gdb_session_error(s, GDB_ERROR_POINT);
	}
}

void gdb_access_answer(struct gdb_session *session,
		       const struct gdb_command *command)
{
	switch (command->kind) {
	case GDB_COMMAND_READ_REGISTERS:
		read_registers(session);
		break;
	case GDB_COMMAND_WRITE_REGISTERS:
		write_registers(session, command->text);
		break;
	case GDB_COMMAND_READ_REGISTER:
		read_register(session, command);
		break;
	case GDB_COMMAND_WRITE_REGISTER:
		write_register(session, command);
		break;
	case GDB_COMMAND_READ_MEMORY:
		read_memory(session, command);
		break;
	case GDB_COMMAND_WRITE_MEMORY:
		write_memory(session, command);
		break;
	default:
		change_point(session, command);
		break;
	}
}
