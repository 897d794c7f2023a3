#include "gdb/gdb_command.h"
#include "gdb/gdb_packet.h"
#include "lib/string.h"

/* Takes a hexadecimal number of 1 to 16 digits off *text. */
static bool take_number(const char **text, u64 *number)
{
	unsigned int digits = 0;
	u64 value = 0;

	for (; gdb_packet_digit(**text) >= 0; (*text)++, digits++) {
		if (digits == 16) {
			return false;
		}
		value = value << 4 | (u64)gdb_packet_digit(**text);
	}
	*number = value;
	return digits > 0;
}

static bool take_character(const char **text, char character)
{
	if (**text != character) {
		return false;
	}
	(*text)++;
	return true;
}

/* A number, or -1 for all. */
static bool take_id(const char **text, s64 *id)
{
	u64 number;

	if (strncmp(*text, "-1", 2) == 0) {
		*text += 2;
		*id = GDB_ALL;
		return true;
	}
	if (!take_number(text, &number) || number > INT32_MAX) {
		return false;
	}
	*id = (s64)number;
	return true;
}

/* Syntax "thread-id": pPROCESS.THREAD, pPROCESS or THREAD. */
static bool take_thread(const char **text, struct gdb_thread_id *id)
{
	id->process = GDB_ANY;
	if (!take_character(text, 'p')) {
		return take_id(text, &id->thread);
	}
	id->thread = GDB_ALL;
	return take_id(text, &id->process) &&
	       (!take_character(text, '.') || take_id(text, &id->thread));
}

static bool take_range(const char **text, struct gdb_command *c)
{
	return take_number(text, &c->address) && take_character(text, ',') &&
	       take_number(text, &c->length);
}

typedef bool parse_arguments(const char **text, struct gdb_command *c);

static bool no_arguments(const char **text, struct gdb_command *c)
{
	(void)c;
	return **text == '\0';
}

/* The rest is a text that is looked at where it is used. */
static bool a_text(const char **text, struct gdb_command *c)
{
	c->text = *text;
	*text += strlen(*text);
	return true;
}

static bool a_number(const char **text, struct gdb_command *c)
{
	return take_number(text, &c->number);
}

static bool a_number_and_text(const char **text, struct gdb_command *c)
{
	return take_number(text, &c->number) && take_character(text, '=') &&
	       a_text(text, c);
}

static bool a_range(const char **text, struct gdb_command *c)
{
	return take_range(text, c);
}

static bool a_range_and_text(const char **text, struct gdb_command *c)
{
	return take_range(text, c) && take_character(text, ':') &&
	       a_text(text, c);
}

static bool a_point(const char **text, struct gdb_command *c)
{
	return take_number(text, &c->number) && take_character(text, ',') &&
	       take_range(text, c);
}

static bool a_thread(const char **text, struct gdb_command *c)
{
	return take_thread(text, &c->thread);
}

/* The process behind a semicolon, or nothing: all. */
static bool an_optional_process(const char **text, struct gdb_command *c)
{
	c->thread = (struct gdb_thread_id){GDB_ALL, GDB_ALL};
	return !take_character(text, ';') || take_id(text, &c->thread.process);
}

static bool anything(const char **text, struct gdb_command *c)
{
	return a_text(text, c);
}

/* Where one name begins with another, the longer one stands first. */
static const struct {
	const char *name;
	enum gdb_command_kind kind;
	parse_arguments *parse;
} commands[] = {
	{"qSupported", GDB_COMMAND_SUPPORTED, a_text},
	{"qAttached", GDB_COMMAND_ATTACHED, anything},
	{"QStartNoAckMode", GDB_COMMAND_NO_ACK, no_arguments},
	{"qfThreadInfo", GDB_COMMAND_FIRST_THREADS, no_arguments},
	{"qsThreadInfo", GDB_COMMAND_MORE_THREADS, no_arguments},
	{"qThreadExtraInfo,", GDB_COMMAND_THREAD_NAME, a_thread},
	{"qXfer:features:read:target.xml:", GDB_COMMAND_DESCRIPTION, a_range},
	{"qRcmd,", GDB_COMMAND_MONITOR, a_text},
	{"qC", GDB_COMMAND_CURRENT_THREAD, no_arguments},
	{"vCont?", GDB_COMMAND_RUN_HOW, no_arguments},
	{"vCont;", GDB_COMMAND_RUN, a_text},
	{"vKill;", GDB_COMMAND_KILL, anything},
	{"Hg", GDB_COMMAND_SELECT_THREAD, a_thread},
	{"Hc", GDB_COMMAND_SELECT_RUN, a_thread},
	{"?", GDB_COMMAND_WHY_STOPPED, no_arguments},
	{"g", GDB_COMMAND_READ_REGISTERS, no_arguments},
	{"G", GDB_COMMAND_WRITE_REGISTERS, a_text},
	{"p", GDB_COMMAND_READ_REGISTER, a_number},
	{"P", GDB_COMMAND_WRITE_REGISTER, a_number_and_text},
	{"m", GDB_COMMAND_READ_MEMORY, a_range},
	{"M", GDB_COMMAND_WRITE_MEMORY, a_range_and_text},
	{"Z", GDB_COMMAND_INSERT_POINT, a_point},
	{"z", GDB_COMMAND_REMOVE_POINT, a_point},
	{"T", GDB_COMMAND_THREAD_ALIVE, a_thread},
	{"D", GDB_COMMAND_DETACH, an_optional_process},
	{"k", GDB_COMMAND_KILL, anything},
};

/* The old c, s, C and S are spelt like one action, for the thread of Hc. */
static bool is_plain_run(const char *text)
{
	return strcmp(text, "c") == 0 || strcmp(text, "s") == 0 ||
	       *text == 'C' || *text == 'S';
}

struct gdb_command gdb_command_parse(const char *text, size_t length)
{
	struct gdb_command c = {.kind = GDB_COMMAND_UNKNOWN, .text = ""};

	if (length == 0 || strlen(text) != length) {
		return c;
	}
	if (is_plain_run(text)) {
		c.kind = GDB_COMMAND_RUN;
		c.text = text;
		return c;
	}
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		size_t name = strlen(commands[i].name);

		if (strncmp(text, commands[i].name, name) == 0) {
			const char *rest = text + name;

			c.kind = commands[i].kind;
			if (!commands[i].parse(&rest, &c) ||
			    (*rest != '\0' && *rest != ';')) {
				c.kind = GDB_COMMAND_WRONG;
			}
			return c;
		}
	}
	return c;
}

bool gdb_command_action(const char **text, struct gdb_action *action)
{
	const char *at = *text;
	u64 signal = 0;
	char letter = *at;

	if (letter == '\0' || strchr("csCS", letter) == NULL) {
		return false;
	}
	at++;
	if ((letter == 'C' || letter == 'S') &&
	    (!take_number(&at, &signal) || signal > UINT8_MAX)) {
		return false;
	}
	action->step = letter == 's' || letter == 'S';
	action->signal = (u8)signal;
	action->thread = (struct gdb_thread_id){GDB_ALL, GDB_ALL};
	if (take_character(&at, ':') && !take_thread(&at, &action->thread)) {
		return false;
	}
	if (*at != '\0' && !take_character(&at, ';')) {
		return false;
	}
	*text = at;
	return true;
}

bool gdb_command_bytes(const char *text, void *bytes, size_t size)
{
	u8 *to = bytes;

	if (strlen(text) / 2 != size || strlen(text) % 2 != 0) {
		return false;
	}
	for (size_t i = 0; i < size; i++) {
		int high = gdb_packet_digit(text[2 * i]);
		int low = gdb_packet_digit(text[2 * i + 1]);

		if (high < 0 || low < 0) {
			return false;
		}
		to[i] = (u8)(high << 4 | low);
	}
	return true;
}
