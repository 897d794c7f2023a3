#include "config/toml_reader.h"
#include "config/toml_text.h"
#include "lib/string.h"

void toml_reader_advance(struct toml_reader *reader)
{
	reader->at++;
	if (reader->at[-1] == '\n') {
		reader->line++;
		reader->column = 1;
	} else if (!toml_text_continues(reader->at[-1])) {
		reader->column++;
	}
}

bool toml_reader_take(struct toml_reader *reader, const char *text)
{
	size_t length = strlen(text);

	if ((size_t)(reader->end - reader->at) < length ||
	    memcmp(reader->at, text, length) != 0) {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		toml_reader_advance(reader);
	}
	return true;
}

void toml_reader_skip_blanks(struct toml_reader *reader)
{
	while (toml_reader_peek(reader) == ' ' ||
	       toml_reader_peek(reader) == '\t') {
		toml_reader_advance(reader);
	}
}

void toml_reader_skip_comment(struct toml_reader *reader)
{
	if (toml_reader_peek(reader) != '#') {
		return;
	}
	while (toml_reader_peek(reader) != '\n' &&
	       toml_reader_peek(reader) != '\0') {
		toml_reader_advance(reader);
	}
}

void toml_reader_skip_space(struct toml_reader *reader)
{
	do {
		toml_reader_skip_blanks(reader);
		toml_reader_skip_comment(reader);
	} while (toml_reader_take(reader, "\n"));
}

bool toml_reader_fail(struct toml_reader *reader, const char *text)
{
	return config_error_set(reader->error, reader->line, reader->column,
				"%s", text);
}

bool toml_reader_expected(struct toml_reader *reader, const char *what)
{
	char here = toml_reader_peek(reader);

	if (here == '\0' || here == '\n') {
		return config_error_set(reader->error, reader->line,
					reader->column,
					"%s is missing at the end of the %s",
					what, here == '\0' ? "file" : "line");
	}
	if ((unsigned char)here >= 0x80) {
		return config_error_set(reader->error, reader->line,
					reader->column, "%s is missing here",
					what);
	}
	return config_error_set(reader->error, reader->line, reader->column,
				"%s is missing before '%c'", what, here);
}
