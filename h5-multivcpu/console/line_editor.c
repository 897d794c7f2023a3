#include "console/line_editor.h"
#include "lib/string.h"

#define LINE_KEY_CTRL(letter) ((letter) - '@')
#define ESC		      0x1b
#define DEL		      0x7f

static void write(struct line_editor *e, const char *text, size_t length)
{
	if (length > 0) {
		e->write(e->to, text, length);
	}
}

static void write_text(struct line_editor *e, const char *text)
{
	write(e, text, strlen(text));
}

static void bell(struct line_editor *e)
{
	write_text(e, "\a");
}

/* From the line's end, the cursor goes where it belongs. */
static void place_cursor(struct line_editor *e)
{
	for (u32 i = e->cursor; i < e->length; i++) {
		write_text(e, "\b");
	}
}

/* Shows the line anew. The last sequence clears to the end of the line. */
static void refresh(struct line_editor *e)
{
	write_text(e, "\r");
	write_text(e, e->prompt);
	write(e, e->line, e->length);
	write_text(e, "\033[K");
	place_cursor(e);
}

static void insert(struct line_editor *e, char c)
{
	char *at = e->line + e->cursor;

	if (e->length == LINE_HISTORY_LENGTH) {
		bell(e);
		return;
	}
	memmove(at + 1, at, e->length - e->cursor);
	*at = c;
	e->length++;
	write(e, at, e->length - e->cursor);
	e->cursor++;
	place_cursor(e);
}

/* Takes out what lies between from and the cursor, which is not before it. */
static void cut(struct line_editor *e, u32 from)
{
	bool one_at_end = e->cursor == e->length && e->cursor - from == 1;

	if (from == e->cursor) {
		bell(e);
		return;
	}
	memmove(e->line + from, e->line + e->cursor, e->length - e->cursor);
	e->length -= e->cursor - from;
	e->cursor = from;
	if (one_at_end) {
		write_text(e, "\b \b");
	} else {
		refresh(e);
	}
}

static u32 word_begin(const struct line_editor *e)
{
	u32 at = e->cursor;

	while (at > 0 && e->line[at - 1] == ' ') {
		at--;
	}
	while (at > 0 && e->line[at - 1] != ' ') {
		at--;
	}
	return at;
}

static void move(struct line_editor *e, u32 to)
{
	while (e->cursor > to) {
		write_text(e, "\b");
		e->cursor--;
	}
	write(e, e->line + e->cursor, to - e->cursor);
	e->cursor = to;
}

static void move_left(struct line_editor *e)
{
	if (e->cursor == 0) {
		bell(e);
	} else {
		move(e, e->cursor - 1);
	}
}

static void move_right(struct line_editor *e)
{
	if (e->cursor == e->length) {
		bell(e);
	} else {
		move(e, e->cursor + 1);
	}
}

static void cut_under_cursor(struct line_editor *e)
{
	u32 at = e->cursor;

	move_right(e);
	if (e->cursor > at) {
		cut(e, at);
	}
}

/* by: 1 for the line before, -1 for the one after. */
static void recall(struct line_editor *e, int by)
{
	const char *line = line_history_recall(&e->history, by);

	if (line == NULL) {
		bell(e);
		return;
	}
	e->length = (u32)strlen(line);
	memcpy(e->line, line, e->length);
	e->cursor = e->length;
	refresh(e);
}

static void complete(struct line_editor *e)
{
	u32 before = e->length;

	if (e->complete == NULL || e->cursor != e->length) {
		bell(e);
		return;
	}
	e->length = e->complete(e->line, before, LINE_HISTORY_LENGTH);
	e->cursor = e->length;
	if (e->length == before) {
		bell(e);
	}
	write(e, e->line + before, e->length - before);
}

static void end_line(struct line_editor *e)
{
	/* What is repeated of it from now on is all of it. */
	move(e, e->length);
	write_text(e, "\n");
	e->line[e->length] = '\0';
	line_history_save(&e->history, e->line);
}

static void give_up(struct line_editor *e)
{
	move(e, e->length);
	write_text(e, "^C\n");
	line_editor_start(e);
}

static void control_key(struct line_editor *e, u8 key)
{
	switch (key) {
	case LINE_KEY_CTRL('H'):
	case LINE_KEY_DEL:
		cut(e, e->cursor > 0 ? e->cursor - 1 : 0);
		break;
	case LINE_KEY_CTRL('D'):
		cut_under_cursor(e);
		break;
	case LINE_KEY_CTRL('W'):
		cut(e, word_begin(e));
		break;
	case LINE_KEY_CTRL('U'):
		cut(e, 0);
		break;
	case LINE_KEY_CTRL('K'):
		e->length = e->cursor;
		refresh(e);
		break;
	case LINE_KEY_CTRL('A'):
		move(e, 0);
		break;
	case LINE_KEY_CTRL('E'):
		move(e, e->length);
		break;
	case LINE_KEY_CTRL('B'):
		move_left(e);
		break;
	case LINE_KEY_CTRL('F'):
		move_right(e);
		break;
	case LINE_KEY_CTRL('P'):
		recall(e, 1);
		break;
	case LINE_KEY_CTRL('N'):
		recall(e, -1);
		break;
	case LINE_KEY_CTRL('C'):
		give_up(e);
		break;
	case LINE_KEY_CTRL('L'):
		refresh(e);
		break;
	case '\t':
		complete(e);
		break;
	default:
		bell(e);
		break;
	}
}

void line_editor_init(struct line_editor *editor)
{
	editor->length = 0;
	editor->cursor = 0;
	memset(&editor->keys, 0, sizeof(editor->keys));
	memset(&editor->history, 0, sizeof(editor->history));
}

void line_editor_start(struct line_editor *editor)
{
	editor->length = 0;
	editor->cursor = 0;
	line_history_rewind(&editor->history);
	write_text(editor, editor->prompt);
}

bool line_editor_key(struct line_editor *editor, u8 byte)
{
	u8 key = line_key_decode(&editor->keys, byte);

	if (key == '\n') {
		end_line(editor);
		return true;
	}
	if (key >= ' ' && key < LINE_KEY_DEL) {
		insert(editor, (char)key);
	} else if (key != LINE_KEY_NONE) {
		control_key(editor, key);
	}
	return false;
}
