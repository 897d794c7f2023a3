#include "console/terminal_speaker.h"
#include "lib/string.h"

void terminal_speaker_init(struct terminal_speaker *speaker, const char *prefix)
{
	size_t length = strnlen(prefix, TERMINAL_PREFIX_SIZE - 1);

	memset(speaker, 0, sizeof(*speaker));
	memcpy(speaker->prefix, prefix, length);
}

static void append(struct terminal_speaker *s, char byte)
{
	s->text[s->length++] = byte;
}

static void end_line(struct terminal_speaker *s)
{
	append(s, '\n');
	s->lines = s->length;
}

/*
 * What we say ourselves overwrites all of a line that it begins anew, so that
 * the part before the CR need not be repeated. A machine may mean to change the
 * first letters only.
 */
static void begin_anew(struct terminal_speaker *s)
{
	if (s->prefix[0] == '\0' && s->lines == 0) {
		s->length = 0;
		s->shown = 0;
	}
	append(s, '\r');
}

bool terminal_speaker_say(struct terminal_speaker *s, char byte)
{
	bool cr = s->cr;

	if (byte == '\n') {
		s->cr = false;
		end_line(s);
		return true;
	}
	if (byte == '\r' && !s->raw) {
		/* At a line's begin it is the other half of the LF before. */
		s->cr = terminal_speaker_is_amid(s);
		return false;
	}
	s->cr = false;
	if (cr) {
		begin_anew(s);
	}
	append(s, byte);
	return false;
}

void terminal_speaker_end_line(struct terminal_speaker *s)
{
	s->cr = false;
	if (terminal_speaker_is_amid(s)) {
		end_line(s);
	}
}

/* How many bytes lie before the next CR or LF. */
static u32 plain_length(const char *text, u32 length)
{
	u32 plain = 0;

	while (plain < length && text[plain] != '\n' && text[plain] != '\r') {
		plain++;
	}
	return plain;
}

void terminal_speaker_show(struct terminal_speaker *s, u32 end, bool prefix,
			   void (*send)(void *to, const char *bytes,
					size_t length),
			   void *to)
{
	bool at_begin = s->shown == 0 && !s->torn;
	u32 at = s->shown;

	s->shown = end;
	if (s->raw) {
		send(to, s->text + at, end - at);
		return;
	}
	while (at < end) {
		u32 plain = plain_length(s->text + at, end - at);

		if (at_begin && prefix) {
			send(to, s->prefix, strlen(s->prefix));
		}
		send(to, s->text + at, plain);
		at += plain;
		at_begin = at < end;
		if (at_begin) {
			bool ends = s->text[at++] == '\n';

			send(to, "\r\n", ends ? 2 : 1);
		}
	}
}

void terminal_speaker_drop_lines(struct terminal_speaker *s)
{
	memmove(s->text, s->text + s->lines, s->length - s->lines);
	s->length -= s->lines;
	s->lines = 0;
	s->shown = 0;
	s->torn = false;
}

void terminal_speaker_tear(struct terminal_speaker *s)
{
	s->length = 0;
	s->shown = 0;
	s->torn = true;
}
