#pragma once
/*
 * The last lines that were typed, to be called back.
 */
#include "lib/types.h"

#define LINE_HISTORY_LENGTH 120u /* characters */
#define LINE_HISTORY_SIZE   16u

/* All zeros, it is empty. */
struct line_history {
	char line[LINE_HISTORY_SIZE][LINE_HISTORY_LENGTH + 1];
	u32 saved;    /* lines ever saved */
	u32 recalled; /* 0: the new line; n: the n-th before it */
};

/* Saves a line, of LINE_HISTORY_LENGTH at most, unless it is empty or the last
 * again. */
void line_history_save(struct line_history *history, const char *line);

/* A new line begins: what is recalled next is the last one. */
void line_history_rewind(struct line_history *history);

/*
 * Goes back one line (by is 1) or forward (-1), to an empty one in the end.
 * NULL: there is none.
 */
const char *line_history_recall(struct line_history *history, int by);
