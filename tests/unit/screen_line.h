#pragma once
/*
 * The line of a terminal in which the cursor stands: what is seen of it after
 * the bytes that were sent there.
 */
#include <string.h>

#include "lib/types.h"
#include "unit.h"

#define SCREEN_LINE_WIDTH 400u

struct screen_line {
	char text[SCREEN_LINE_WIDTH + 1];
	u32 cursor;
	u32 bells;
	u32 lines;			  /* ended by LF */
	char last[SCREEN_LINE_WIDTH + 1]; /* the last of them */
	char sequence[4]; /* ESC and what follows, not complete */
};

static inline void screen_line_clear(struct screen_line *line)
{
	memset(line->text, 0, sizeof(line->text));
	line->cursor = 0;
}

static inline void screen_line_plain(struct screen_line *line, char byte)
{
	CHECK(byte >= ' ' && byte < 0x7f);
	if (CHECK(line->cursor < SCREEN_LINE_WIDTH)) {
		line->text[line->cursor++] = byte;
	}
}

/* ESC [ K clears from the cursor to the end; there is no other one. */
static inline void screen_line_sequence(struct screen_line *line, char byte)
{
	size_t length = strlen(line->sequence);

	line->sequence[length] = byte;
	if (length < 2) {
		return;
	}
	if (CHECK_STR(line->sequence, "\033[K")) {
		memset(line->text + line->cursor, 0,
		       sizeof(line->text) - line->cursor);
	}
	memset(line->sequence, 0, sizeof(line->sequence));
}

static inline void screen_line_byte(struct screen_line *line, char byte)
{
	if (line->sequence[0] != '\0' || byte == '\033') {
		screen_line_sequence(line, byte);
	} else if (byte == '\r') {
		line->cursor = 0;
	} else if (byte == '\n') {
		strcpy(line->last, line->text);
		line->lines++;
		screen_line_clear(line);
	} else if (byte == '\b') {
		CHECK(line->cursor > 0);
		line->cursor--;
	} else if (byte == '\a') {
		line->bells++;
	} else {
		screen_line_plain(line, byte);
	}
}
