#include "console/terminal_output.h"
#include "lib/string.h"

/*
 * As long as no line is unfinished on the screen (amid is NULL), no whole line
 * waits: every function here leaves it like that.
 */

void terminal_output_init(struct terminal_output *terminal,
			  void (*send)(void *to, const char *bytes,
				       size_t length),
			  void *to)
{
	memset(terminal, 0, sizeof(*terminal));
	terminal->send = send;
	terminal->to = to;
}

/* The terminal, for a speaker that shows its text there. */
static void send(void *to, const char *bytes, size_t length)
{
	struct terminal_output *terminal = to;

	if (length == 0) {
		return;
	}
	terminal->send(terminal->to, bytes, length);
	terminal->spoke = true;
}

static void show(struct terminal_output *t, struct terminal_speaker *s, u32 end)
{
	terminal_speaker_show(s, end, t->prefixes, send, t);
}

static void show_lines(struct terminal_output *t, struct terminal_speaker *s)
{
	if (s->lines > 0) {
		show(t, s, s->lines);
		terminal_speaker_drop_lines(s);
		if (t->amid == s) {
			t->amid = NULL;
		}
	}
}

static bool is_machine(const struct terminal_speaker *s)
{
	return s->prefix[0] != '\0';
}

/* Shows the line that the speaker, who has no whole ones, has begun. */
static void show_begun(struct terminal_output *t, struct terminal_speaker *s)
{
	if (terminal_speaker_is_amid(s) && !(t->whole_lines && is_machine(s))) {
		show(t, s, s->length);
		t->amid = s;
		if (terminal_speaker_is_full(s)) {
			terminal_speaker_tear(s);
		}
	}
}

/* Leaves the unfinished line on the screen; it will be begun again. */
static void leave_line(struct terminal_output *t)
{
	if (t->amid != NULL) {
		send(t, "\r\n", 2);
		t->amid->shown = 0;
		t->amid->torn = false;
		t->amid = NULL;
	}
}

/* No line is unfinished on the screen: all that are whole may go there. */
static void release(struct terminal_output *t)
{
	for (struct terminal_speaker *s = t->speakers; s != NULL; s = s->next) {
		show_lines(t, s);
	}
}

/* The speaker has said something: shows what may be shown. */
static void settle(struct terminal_output *t, struct terminal_speaker *s)
{
	if (t->amid != NULL && t->amid != s) {
		return;
	}
	show_lines(t, s);
	if (t->amid == NULL) {
		release(t);
	}
	if (t->live == s) {
		show_begun(t, s);
	}
}

/* Shows what the speaker has said although another line is unfinished. */
static void insist(struct terminal_output *t, struct terminal_speaker *s)
{
	if (t->amid != s) {
		leave_line(t);
	}
	settle(t, s);
}

static void make_room(struct terminal_output *t, struct terminal_speaker *s)
{
	settle(t, s);
	if (terminal_speaker_is_full(s)) {
		if (s->lines == 0) {
			terminal_speaker_end_line(s);
		}
		insist(t, s);
	}
}

/*
 * LF and CR, in this order, end a line for some. The CR is no begin of the next
 * one, which others would have to wait for.
 */
static bool is_late_cr(const struct terminal_speaker *s, char byte)
{
	return s->raw && byte == '\r' && !terminal_speaker_is_amid(s);
}

static void say(struct terminal_output *t, struct terminal_speaker *s,
		char byte)
{
	if (is_late_cr(s, byte)) {
		if (t->amid == NULL) {
			send(t, &byte, 1);
		}
	} else if (terminal_speaker_say(s, byte)) {
		settle(t, s);
	}
	if (terminal_speaker_is_full(s)) {
		make_room(t, s);
	}
}

void terminal_output_say(struct terminal_output *terminal,
			 struct terminal_speaker *speaker, const char *text,
			 size_t length)
{
	spin_lock(&terminal->lock);
	for (size_t i = 0; i < length; i++) {
		say(terminal, speaker, text[i]);
	}
	settle(terminal, speaker);
	spin_unlock(&terminal->lock);
}

void terminal_output_end_line(struct terminal_output *terminal,
			      struct terminal_speaker *speaker)
{
	spin_lock(&terminal->lock);
	terminal_speaker_end_line(speaker);
	settle(terminal, speaker);
	spin_unlock(&terminal->lock);
}

/* A machine that is not alone any more speaks in lines, with its prefix. */
static void begin_prefixes(struct terminal_output *t)
{
	t->prefixes = true;
	for (struct terminal_speaker *s = t->speakers; s != NULL; s = s->next) {
		s->raw = false;
	}
}

void terminal_output_add(struct terminal_output *terminal,
			 struct terminal_speaker *speaker)
{
	spin_lock(&terminal->lock);
	speaker->next = terminal->speakers;
	terminal->speakers = speaker;
	if (is_machine(speaker)) {
		terminal->machines++;
		speaker->raw = !terminal->prefixes;
	}
	if (terminal->machines > 1) {
		begin_prefixes(terminal);
	}
	spin_unlock(&terminal->lock);
}

static void unlink(struct terminal_output *t, struct terminal_speaker *speaker)
{
	struct terminal_speaker **at = &t->speakers;

	while (*at != speaker) {
		at = &(*at)->next;
	}
	*at = speaker->next;
}

void terminal_output_remove(struct terminal_output *terminal,
			    struct terminal_speaker *speaker)
{
	spin_lock(&terminal->lock);
	terminal_speaker_end_line(speaker);
	if (speaker->lines > 0) {
		insist(terminal, speaker);
	}
	if (terminal->live == speaker) {
		terminal->live = NULL;
	}
	unlink(terminal, speaker);
	if (is_machine(speaker)) {
		terminal->machines--;
	}
	spin_unlock(&terminal->lock);
}

void terminal_output_focus(struct terminal_output *terminal,
			   struct terminal_speaker *speaker)
{
	spin_lock(&terminal->lock);
	if (terminal->live != speaker) {
		leave_line(terminal);
		release(terminal);
		terminal->live = speaker;
		if (speaker != NULL) {
			show_begun(terminal, speaker);
		}
	}
	spin_unlock(&terminal->lock);
}

static bool somebody_waits(const struct terminal_output *t)
{
	for (struct terminal_speaker *s = t->speakers; s != NULL; s = s->next) {
		if (s->lines > 0) {
			return true;
		}
	}
	return false;
}

void terminal_output_tick(struct terminal_output *terminal)
{
	spin_lock(&terminal->lock);
	bool quiet = !terminal->spoke;

	terminal->spoke = false;
	if (!somebody_waits(terminal)) {
		terminal->waiting = 0;
		if (quiet && terminal->live != NULL) {
			show_begun(terminal, terminal->live);
		}
	} else if (quiet || ++terminal->waiting >= TERMINAL_PATIENCE) {
		leave_line(terminal);
		release(terminal);
		terminal->waiting = 0;
	}
	spin_unlock(&terminal->lock);
}

void terminal_output_flush(struct terminal_output *terminal)
{
	if (!spin_try_lock(&terminal->lock)) {
		send(terminal, "\r\n", 2);
		return;
	}
	for (struct terminal_speaker *s = terminal->speakers; s != NULL;
	     s = s->next) {
		terminal_speaker_end_line(s);
	}
	if (terminal->amid != NULL) {
		show_lines(terminal, terminal->amid);
	}
	release(terminal);
	spin_unlock(&terminal->lock);
}
