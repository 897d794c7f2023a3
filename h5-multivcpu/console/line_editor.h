#pragma once
/*
 * A line that is typed, corrected and called back.
 *
 *	Backspace, DEL		the character on the left
 *	Ctrl-D			the character under the cursor, as ESC [ 3 ~
 *	Ctrl-W Ctrl-U Ctrl-K	the word on the left, all on the left, the rest
 *	Ctrl-A(*) Ctrl-E	to the begin, the end; also Home and End
 *	Ctrl-B Ctrl-F		one to the left, the right; also the arrows
 *	Ctrl-P Ctrl-N		lines typed before; also the arrows
 *	Ctrl-C Ctrl-L Tab	gives the line up; shows it anew; completes it
 *
 * (*) The terminal's escape key: it must be typed twice.
 *
 * CR, LF and CR LF each end one line. Only ASCII is taken. What a script types
 * is shown as plain text without any control character but LF.
 */
#include "lib/types.h"

#define LINE_EDITOR_MAX	    120u
#define LINE_EDITOR_HISTORY 16u

enum line_editor_key {
	LINE_EDITOR_PLAIN,
	LINE_EDITOR_ESCAPE,   /* ESC has come */
	LINE_EDITOR_SEQUENCE, /* ESC [ or ESC O, and perhaps a number */
};

struct line_editor {
	const char *prompt;
	void (*write)(void *to, const char *text, size_t length);
	/*
	 * Appends to the line, of so many characters, what can only follow;
	 * gives the new length, at most LINE_EDITOR_MAX. NULL: nothing does.
	 */
	u32 (*complete)(void *to, char *line, u32 length);
	void *to; /* for both */

	char line[LINE_EDITOR_MAX + 1]; /* ends with NUL once it is complete */
	u32 length;
	u32 cursor;
	bool cr; /* a CR came last: an LF belongs to it */

	enum line_editor_key key;
	u32 number; /* of the sequence */

	char history[LINE_EDITOR_HISTORY][LINE_EDITOR_MAX + 1];
	u32 saved;  /* lines ever saved */
	u32 recall; /* 0: the line is new; n: it is the n-th before */
};

/* Begins an editor without history, all of whose pointers the caller sets. */
void line_editor_init(struct line_editor *editor);

/* Shows the prompt, for a new line. */
void line_editor_start(struct line_editor *editor);

/*
 * A key has been typed. True: editor->line is complete, and on the screen with
 * a line's end behind it. It stays until line_editor_start().
 */
bool line_editor_key(struct line_editor *editor, u8 byte);
