#pragma once
/*
 * Where the parser is in the text. The text has no NUL, so NUL is its end.
 */
#include "config/toml.h"

struct toml_reader {
	char *at;
	const char *end;
	u32 line;
	u32 column;
	u32 depth; /* of arrays and inline tables around it */
	struct toml_document *document;
	struct config_error *error;
};

/* The character here, or NUL at the end. */
static inline char toml_reader_peek(const struct toml_reader *reader)
{
	if (reader->at == reader->end) {
		return '\0';
	}
	return *reader->at;
}

/* Goes one byte on; not at the end. */
void toml_reader_advance(struct toml_reader *reader);

/* Goes behind the text, if it stands here; says whether it does. */
bool toml_reader_take(struct toml_reader *reader, const char *text);

/* Goes behind spaces and tabs. */
void toml_reader_skip_blanks(struct toml_reader *reader);

/* Goes behind a comment, to the end of the line, if one begins here. */
void toml_reader_skip_comment(struct toml_reader *reader);

/* Goes behind blanks, comments and ends of lines. */
void toml_reader_skip_space(struct toml_reader *reader);

/* Fills the error in for what stands here, and gives false. */
bool toml_reader_fail(struct toml_reader *reader, const char *text);

/* The same for a text that has to stand here, which the error tells. */
bool toml_reader_expected(struct toml_reader *reader, const char *what);
