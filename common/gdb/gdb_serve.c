#include "gdb/gdb_serve.h"
#include "boot/kernel.h"
#include "gdb/gdb_host.h"
#include "gdb/gdb_link.h"
#include "gdb/gdb_monitor.h"
#include "lib/printk.h"
#include "lib/string.h"

/* Error numbers for gdb; it shows them and reads nothing else into them. */
#define ERROR_ARGUMENT 0x16
#define ERROR_MEMORY   0x0e
#define ERROR_POINT    0x1c

/* Bytes of memory, or of the description, in one answer. */
#define CHUNK_MAX (GDB_PACKET_MAX / 2 - 8)

#define MONITOR_LINE_MAX 256
#define OUTPUT_MAX	 512

static struct {
	bool attached;
	bool running;	/* gdb waits to hear of a stop */
	bool processes; /* gdb tells processes apart: "multiprocess" */
	bool guests;	/* gdb has heard of processes besides the host's */
	bool ending;	/* the kernel ends as soon as gdb has let go */
	struct gdb_stop why;
	struct gdb_thread *selected; /* by Hg: what is asked about */
	struct gdb_thread *to_run;   /* by Hc; NULL: all */
	struct gdb_thread *listed;   /* the next one of a list */
	enum gdb_signal signal;
} session;

static struct gdb_packet answer;
static u8 bytes[CHUNK_MAX];

/* What is to be done after an answer. */
enum next { SERVE_ON, RUN };

static void ok(void)
{
	gdb_packet_text(&answer, "OK");
}

static void error(u8 number)
{
	gdb_packet_byte(&answer, 'E');
	gdb_packet_hex(&answer, &number, 1);
}

static void put_thread(const struct gdb_thread *thread)
{
	session.guests |= thread->process != GDB_HOST_PROCESS;
	if (session.processes) {
		gdb_packet_byte(&answer, 'p');
		gdb_packet_number(&answer, thread->process);
		gdb_packet_byte(&answer, '.');
	}
	gdb_packet_number(&answer, thread->number);
}

static void put_point(const struct gdb_stop *why)
{
	switch (why->point) {
	case GDB_POINT_SOFTWARE:
		gdb_packet_text(&answer, "swbreak:;");
		return;
	case GDB_POINT_HARDWARE:
		gdb_packet_text(&answer, "hwbreak:;");
		return;
	case GDB_POINT_WRITE:
		gdb_packet_text(&answer, "watch:");
		break;
	case GDB_POINT_READ:
		gdb_packet_text(&answer, "rwatch:");
		break;
	case GDB_POINT_ACCESS:
		gdb_packet_text(&answer, "awatch:");
		break;
	}
	gdb_packet_number(&answer, why->address);
	gdb_packet_byte(&answer, ';');
}

/* "Stop Reply Packets". */
static void put_stop(void)
{
	u8 signal = (u8)session.why.signal;

	gdb_packet_byte(&answer, 'T');
	gdb_packet_hex(&answer, &signal, 1);
	gdb_packet_text(&answer, "thread:");
	put_thread(session.why.thread);
	gdb_packet_byte(&answer, ';');
	if (session.why.at_point) {
		put_point(&session.why);
	}
}

static void attach_all(void)
{
	for (struct gdb_thread *t = gdb_thread_first(); t != NULL;
	     t = t->next) {
		t->detached = false;
	}
}

static void answer_supported(const char *features)
{
	session.processes = false;
	for (const char *at = strchr(features, 'm'); at != NULL;
	     at = strchr(at + 1, 'm')) {
		if (strncmp(at, "multiprocess+", 13) == 0) {
			session.processes = true;
		}
	}
	attach_all();
	session.selected = session.why.thread;
	gdb_packet_text(&answer, "PacketSize=");
	gdb_packet_number(&answer, GDB_PACKET_MAX);
	gdb_packet_text(&answer,
			";QStartNoAckMode+;multiprocess+;swbreak+;hwbreak+;"
			"vContSupported+;qXfer:features:read+");
}

static void read_registers(void)
{
	struct gdb_registers registers;

	session.selected->ops->read_registers(session.selected, &registers);
	for (u64 i = 0; i < GDB_REGISTER_COUNT; i++) {
		gdb_registers_put(&answer, &registers, i);
	}
}

static void read_register(const struct gdb_command *c)
{
	struct gdb_registers registers;

	if (gdb_registers_size(c->number) == 0) {
		error(ERROR_ARGUMENT);
		return;
	}
	session.selected->ops->read_registers(session.selected, &registers);
	gdb_registers_put(&answer, &registers, c->number);
}

static bool set_register(u64 number, const char *digits, size_t length)
{
	u64 value;

	return gdb_registers_value(digits, length, number, &value) &&
	       session.selected->ops->write_register(
		       session.selected, (enum gdb_register)number, value);
}

static void write_register(const struct gdb_command *c)
{
	if (set_register(c->number, c->text, strlen(c->text))) {
		ok();
	} else {
		error(ERROR_ARGUMENT);
	}
}

/* The x87's registers are in the packet too, and stay as they are. */
static void write_registers(const char *digits)
{
	size_t left = strlen(digits);

	for (u64 i = 0; i < GDB_REGISTER_COUNT; i++) {
		size_t length = 2 * gdb_registers_size(i);

		if (left < length || (gdb_registers_known(i) &&
				      !set_register(i, digits, left))) {
			error(ERROR_ARGUMENT);
			return;
		}
		digits += length;
		left -= length;
	}
	ok();
}

static void read_memory(const struct gdb_command *c)
{
	size_t size = min_u64(c->length, sizeof(bytes));

	if (session.selected->ops->read_memory(session.selected, c->address,
					       bytes, size)) {
		gdb_packet_hex(&answer, bytes, size);
	} else {
		error(ERROR_MEMORY);
	}
}

static void write_memory(const struct gdb_command *c)
{
	if (c->length > sizeof(bytes) ||
	    !gdb_command_bytes(c->text, bytes, c->length)) {
		error(ERROR_ARGUMENT);
	} else if (session.selected->ops->write_memory(
			   session.selected, c->address, bytes, c->length)) {
		ok();
	} else {
		error(ERROR_MEMORY);
	}
}

static void change_point(const struct gdb_command *c)
{
	const struct gdb_thread_ops *ops = session.selected->ops;
	bool insert = c->kind == GDB_COMMAND_INSERT_POINT;
	enum gdb_point kind = (enum gdb_point)c->number;

	if (c->number > GDB_POINT_ACCESS || c->number == GDB_POINT_READ) {
		return; /* an empty answer: not to be had, watch accesses */
	}
	if (!insert) {
		ops->remove(session.selected, kind, c->address, c->length);
		ok();
	} else if (ops->insert(session.selected, kind, c->address, c->length)) {
		ok();
	} else {
		error(ERROR_POINT);
	}
}

static void select_thread(const struct gdb_command *c)
{
	struct gdb_thread *thread = gdb_thread_find(c->thread);

	if (thread == NULL) {
		error(ERROR_ARGUMENT);
		return;
	}
	if (c->kind == GDB_COMMAND_SELECT_THREAD) {
		session.selected = thread;
	} else {
		session.to_run = c->thread.thread > GDB_ANY ? thread : NULL;
	}
	ok();
}

static void list_threads(void)
{
	bool first = true;

	for (; session.listed != NULL; session.listed = session.listed->next) {
		if (session.listed->detached) {
			continue;
		}
		gdb_packet_byte(&answer, first ? 'm' : ',');
		put_thread(session.listed);
		first = false;
	}
	if (first) {
		gdb_packet_byte(&answer, 'l');
	}
}

static void name_thread(const struct gdb_command *c)
{
	const struct gdb_thread *thread = gdb_thread_find(c->thread);

	/* gdb would show the digits of an error as a name. */
	if (thread != NULL) {
		gdb_packet_hex(&answer, thread->name, strlen(thread->name));
	}
}

static void describe(const struct gdb_command *c)
{
	size_t size;
	const char *text = gdb_registers_description(&size);
	u64 from = min_u64(c->address, size);
	u64 length = min_u64(min_u64(c->length, CHUNK_MAX), size - from);

	gdb_packet_byte(&answer, from + length == size ? 'l' : 'm');
	for (u64 i = 0; i < length; i++) {
		gdb_packet_byte(&answer, (u8)text[from + i]);
	}
}

static struct {
	char text[OUTPUT_MAX];
	size_t length;
} output;

static void flush_output(void)
{
	static struct gdb_packet packet;

	gdb_packet_begin(&packet);
	gdb_packet_byte(&packet, 'O');
	gdb_packet_hex(&packet, output.text, output.length);
	gdb_link_send(&packet);
	output.length = 0;
}

void gdb_serve_output(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		output.text[output.length++] = text[i];
		if (text[i] == '\n' || output.length == sizeof(output.text)) {
			flush_output();
		}
	}
}

static void monitor(const char *digits)
{
	static char line[MONITOR_LINE_MAX + 1];
	size_t length = strlen(digits) / 2;

	if (length > MONITOR_LINE_MAX ||
	    !gdb_command_bytes(digits, line, length)) {
		error(ERROR_ARGUMENT);
		return;
	}
	line[length] = '\0';
	printk_divert(gdb_serve_output);
	gdb_monitor_run(line);
	printk_divert(NULL);
	if (output.length > 0) {
		flush_output();
	}
	ok();
}

static enum next run(const char *actions)
{
	struct gdb_action action;
	bool first = true;

	for (struct gdb_thread *t = gdb_thread_first(); t != NULL;
	     t = t->next) {
		t->step = false;
	}
	session.signal = GDB_SIGNAL_NONE;
	while (gdb_command_action(&actions, &action)) {
		/* The leftmost action that names a thread is the thread's. */
		for (struct gdb_thread *t = gdb_thread_first();
		     t != NULL && action.step; t = t->next) {
			bool old_style = first && *actions == '\0' &&
					 session.to_run != NULL;

			t->step |=
				old_style
					? t == session.to_run
					: gdb_thread_matches(t, action.thread);
		}
		if (first) {
			session.signal = (enum gdb_signal)action.signal;
		}
		first = false;
	}
	if (*actions != '\0' || first) {
		error(ERROR_ARGUMENT);
		return SERVE_ON;
	}
	return RUN;
}

/* The machine goes with the process that was killed. */
static enum next end_killed(const struct gdb_command *c)
{
	if (c->text[0] != '\0') {
		ok();
		gdb_link_send(&answer);
	}
	gdb_link_flush();
	session.attached = false;
	if (!session.ending) {
		printk("gdb: killed\n");
		kernel_end(KERNEL_FAILURE);
	}
	return RUN;
}

static enum next detach(const struct gdb_command *c)
{
	bool all = true;

	for (struct gdb_thread *t = gdb_thread_first(); t != NULL;
	     t = t->next) {
		t->detached |= gdb_thread_matches(t, c->thread);
		t->step = false;
		all &= t->detached;
	}
	ok();
	if (!all) {
		return SERVE_ON;
	}
	gdb_link_send(&answer);
	gdb_link_acknowledge(true);
	session.attached = false;
	return RUN;
}

static void answer_query(const struct gdb_command *c)
{
	switch (c->kind) {
	case GDB_COMMAND_SUPPORTED:
		answer_supported(c->text);
		break;
	case GDB_COMMAND_ATTACHED:
		gdb_packet_byte(&answer, '0'); /* so that leaving gdb kills */
		break;
	case GDB_COMMAND_NO_ACK:
		ok();
		break;
	case GDB_COMMAND_FIRST_THREADS:
		session.listed = gdb_thread_first();
		list_threads();
		break;
	case GDB_COMMAND_MORE_THREADS:
		list_threads();
		break;
	case GDB_COMMAND_CURRENT_THREAD:
		gdb_packet_text(&answer, "QC");
		put_thread(session.why.thread);
		break;
	case GDB_COMMAND_THREAD_NAME:
		name_thread(c);
		break;
	case GDB_COMMAND_DESCRIPTION:
		describe(c);
		break;
	case GDB_COMMAND_MONITOR:
		monitor(c->text);
		break;
	case GDB_COMMAND_RUN_HOW:
		gdb_packet_text(&answer, "vCont;c;C;s;S");
		break;
	case GDB_COMMAND_WRONG:
		error(ERROR_ARGUMENT);
		break;
	default:
		break;
	}
}

static enum next carry_out(const struct gdb_command *c)
{
	switch (c->kind) {
	case GDB_COMMAND_WHY_STOPPED:
		put_stop();
		break;
	case GDB_COMMAND_READ_REGISTERS:
		read_registers();
		break;
	case GDB_COMMAND_WRITE_REGISTERS:
		write_registers(c->text);
		break;
	case GDB_COMMAND_READ_REGISTER:
		read_register(c);
		break;
	case GDB_COMMAND_WRITE_REGISTER:
		write_register(c);
		break;
	case GDB_COMMAND_READ_MEMORY:
		read_memory(c);
		break;
	case GDB_COMMAND_WRITE_MEMORY:
		write_memory(c);
		break;
	case GDB_COMMAND_INSERT_POINT:
	case GDB_COMMAND_REMOVE_POINT:
		change_point(c);
		break;
	case GDB_COMMAND_SELECT_THREAD:
	case GDB_COMMAND_SELECT_RUN:
		select_thread(c);
		break;
	case GDB_COMMAND_THREAD_ALIVE:
		if (gdb_thread_find(c->thread) != NULL) {
			ok();
		} else {
			error(ERROR_ARGUMENT);
		}
		break;
	case GDB_COMMAND_RUN:
		return run(c->text);
	case GDB_COMMAND_KILL:
		return end_killed(c);
	case GDB_COMMAND_DETACH:
		return detach(c);
	default:
		answer_query(c);
	}
	return SERVE_ON;
}

static void serve_until_run(void)
{
	enum next next = SERVE_ON;

	while (next == SERVE_ON) {
		size_t length;
		const char *text = gdb_link_receive(&length);
		struct gdb_command command = gdb_command_parse(text, length);

		session.attached = true;
		gdb_packet_begin(&answer);
		next = carry_out(&command);
		if (next == SERVE_ON) {
			gdb_link_send(&answer);
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
		gdb_packet_begin(&answer);
		put_stop();
		gdb_link_send(&answer);
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
	gdb_packet_begin(&answer);
	gdb_packet_byte(&answer, 'W');
	gdb_packet_hex(&answer, &status, 1);
	if (session.processes) {
		gdb_packet_text(&answer, ";process:");
		gdb_packet_number(&answer, GDB_HOST_PROCESS);
	}
	gdb_link_send(&answer);
	gdb_link_flush();
	if (session.guests) {
		session.ending = true;
		session.selected = gdb_host_thread();
		session.selected->detached = true;
		serve_until_run();
	}
	session.attached = false;
}
