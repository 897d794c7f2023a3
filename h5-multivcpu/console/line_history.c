#include "console/line_history.h"
#include "lib/string.h"

/* The n-th line before the new one, n from 1 on. */
static char *before(struct line_history *h, u32 n)
{
	return h->line[(h->saved - n) % LINE_HISTORY_SIZE];
}

void line_history_save(struct line_history *h, const char *line)
{
	size_t length = strnlen(line, LINE_HISTORY_LENGTH);

	if (length == 0 || (h->saved > 0 && strcmp(before(h, 1), line) == 0)) {
		return;
	}
	h->saved++;
	memcpy(before(h, 1), line, length);
	before(h, 1)[length] = '\0';
}

void line_history_rewind(struct line_history *h)
{
	h->recalled = 0;
}

const char *line_history_recall(struct line_history *h, int by)
{
	u32 most = (u32)min_u64(h->saved, LINE_HISTORY_SIZE);

	if (by > 0 ? h->recalled == most : h->recalled == 0) {
		return NULL;
	}
	h->recalled = by > 0 ? h->recalled + 1 : h->recalled - 1;
	return h->recalled == 0 ? "" : before(h, h->recalled);
}
