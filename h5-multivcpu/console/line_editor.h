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
#include "console/line_history.h"
#include "console/line_key.h"
#include "lib/types.h"

struct line_editor {
	const char *prompt;
	void (*write)(void *to, const char *text, size_t length);
	void *to;
	/*
	 * Appends to a line of so many characters what alone can follow; gives
	 * the new length, at most most. NULL: nothing is completed.
	 */
	u32 (*complete)(char *line, u32 length, u32 most);

	char line[LINE_HISTORY_LENGTH +
		  1]; /* ends with NUL once it is complete */
	u32 length;
	u32 cursor;

	struct line_keys keys;
	struct line_history history;
};

/* Begins an editor whose first four members the caller has set. */
void line_editor_init(struct line_editor *editor);

/* Shows the prompt, for a new line. */
void line_editor_start(struct line_editor *editor);

/*
 * A key has been typed. True: editor->line is complete, and on the screen with
 * a line's end behind it. It stays until line_editor_start().
 */
bool line_editor_key(struct line_editor *editor, u8 byte);
