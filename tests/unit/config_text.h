#pragma once
/*
 * A document for tests, in memory of exactly its size: a sanitizer sees a read
 * behind it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_error.h"

struct config_text {
	char *bytes;
	u32 length;
};

static inline struct config_text config_text_of(const char *bytes,
						size_t length)
{
	struct config_text text = {.length = (u32)length};

	text.bytes = malloc(length > 0 ? length : 1);
	memcpy(text.bytes, bytes, length);
	return text;
}

static inline void config_text_free(struct config_text *text)
{
	free(text->bytes);
}

/* "LINE:COLUMN: TEXT"; lasts until the next call. */
static inline const char *config_text_error(const struct config_error *error)
{
	static char text[CONFIG_ERROR_SIZE + 32];

	snprintf(text, sizeof(text), "%u:%u: %s", error->line, error->column,
		 error->text);
	return text;
}

/* Stands for the console, to which printk.c would print. */
void console_write(const char *text, size_t length);

void console_write(const char *text, size_t length)
{
	fwrite(text, 1, length, stdout);
}
