#pragma once
/*
 * What is wrong in the description of a virtual machine, and where.
 *
 * The functions of this folder return false after filling one in; printing is
 * the caller's, with the file's name ahead of it: "FILE:LINE:COLUMN: TEXT".
 */
#include "lib/types.h"

#define CONFIG_ERROR_SIZE 240u

struct config_error {
	u32 line;		      /* from 1; 0: the file as a whole */
	u32 column;		      /* from 1, in characters; 0 if line is */
	char text[CONFIG_ERROR_SIZE]; /* what is wrong; what is allowed */
};

/*
 * Fills one in, and gives false. The text is cut off where it is too long.
 * What it quotes comes from a file: characters that a terminal would obey are
 * replaced.
 */
bool config_error_set(struct config_error *error, u32 line, u32 column,
		      const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
