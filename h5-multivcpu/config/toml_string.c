#include "config/toml_string.h"
#include "config/toml_text.h"

/* What is being decoded, and where the next byte of it goes. */
struct work {
	struct toml_reader *reader;
	char *to;
	char quote;
	bool lines; /* three quotation marks */
};

static u32 digit_value(char c)
{
	if (c >= '0' && c <= '9') {
		return (u32)(c - '0');
	}
	if (c >= 'a' && c <= 'f') {
		return (u32)(c - 'a' + 10);
	}
	if (c >= 'A' && c <= 'F') {
		return (u32)(c - 'A' + 10);
	}
	return 16;
}

/* \uXXXX or \UXXXXXXXX, from the first digit on. */
static bool read_code(struct work *work, u32 digits)
{
	u32 character = 0;

	for (u32 i = 0; i < digits; i++) {
		u32 digit = digit_value(toml_reader_peek(work->reader));

		if (digit >= 16) {
			return toml_reader_fail(
				work->reader,
				"\\u takes 4 hexadecimal digits, \\U takes 8");
		}
		character = character << 4 | digit;
		toml_reader_advance(work->reader);
	}
	if (!toml_text_is_scalar(character)) {
		return toml_reader_fail(work->reader,
					"the digits before this are no "
					"character of Unicode");
	}
	work->to += toml_text_encode(character, work->to);
	return true;
}

/* A backslash at the end of a line: all space after it is passed over. */
static bool skip_line_end(struct work *work)
{
	struct toml_reader *reader = work->reader;

	toml_reader_skip_blanks(reader);
	if (toml_reader_peek(reader) != '\n') {
		return toml_reader_fail(reader,
					"a backslash ahead of blanks, which "
					"is for the end of a line");
	}
	do {
		toml_reader_skip_blanks(reader);
	} while (toml_reader_take(reader, "\n"));
	return true;
}

/* What stands behind a backslash. */
static bool read_escape(struct work *work)
{
	static const char names[] = "btnfr\"\\";
	static const char meanings[] = "\b\t\n\f\r\"\\";
	char name = toml_reader_peek(work->reader);

	if (work->lines && (name == ' ' || name == '\t' || name == '\n')) {
		return skip_line_end(work);
	}
	for (u32 i = 0; names[i] != '\0'; i++) {
		if (name == names[i]) {
			*work->to++ = meanings[i];
			toml_reader_advance(work->reader);
			return true;
		}
	}
	if (toml_reader_take(work->reader, "u")) {
		return read_code(work, 4);
	}
	if (toml_reader_take(work->reader, "U")) {
		return read_code(work, 8);
	}
	return toml_reader_fail(work->reader,
				"no such escape; there are \\b \\t \\n \\f "
				"\\r \\\" \\\\ \\uXXXX \\UXXXXXXXX");
}

/* One character of the string, or a piece of it. */
static bool read_character(struct work *work)
{
	char c = toml_reader_peek(work->reader);

	if (c == '\0' || (c == '\n' && !work->lines)) {
		return toml_reader_fail(work->reader,
					"a string has no closing quotation "
					"mark");
	}
	toml_reader_advance(work->reader);
	if (c == '\\' && work->quote == '"') {
		return read_escape(work);
	}
	*work->to++ = c;
	return true;
}

/* Three quotation marks end it, and up to two ahead of them belong to it. */
static bool take_end_of_lines(struct work *work)
{
	const char mark[2] = {work->quote, '\0'};
	const char marks[4] = {work->quote, work->quote, work->quote, '\0'};

	if (!toml_reader_take(work->reader, marks)) {
		return false;
	}
	for (u32 i = 0; i < 2 && toml_reader_take(work->reader, mark); i++) {
		*work->to++ = work->quote;
	}
	return true;
}

static bool take_end(struct work *work)
{
	const char mark[2] = {work->quote, '\0'};

	return work->lines ? take_end_of_lines(work)
			   : toml_reader_take(work->reader, mark);
}

/* Everything behind the opening mark or marks. */
static bool read_rest(struct work *work, struct toml_text *text)
{
	char *begin = work->reader->at;

	work->to = begin;
	while (!take_end(work)) {
		if (!read_character(work)) {
			return false;
		}
	}
	*work->to = '\0';
	text->bytes = begin;
	text->length = (u32)(work->to - begin);
	return true;
}

bool toml_string_read_line(struct toml_reader *reader, struct toml_text *text)
{
	struct work work = {
		.reader = reader,
		.quote = toml_reader_peek(reader),
	};

	toml_reader_advance(reader);
	return read_rest(&work, text);
}

bool toml_string_read(struct toml_reader *reader, struct toml_text *text)
{
	struct work work = {.reader = reader, .lines = true};

	work.quote = toml_reader_peek(reader);
	if (!toml_reader_take(reader, "\"\"\"") &&
	    !toml_reader_take(reader, "'''")) {
		return toml_string_read_line(reader, text);
	}
	toml_reader_take(reader, "\n");
	return read_rest(&work, text);
}
