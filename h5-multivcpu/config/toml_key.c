#include "config/toml_key.h"
#include "config/toml_string.h"
#include "lib/string.h"

static bool is_bare(char c)
{
	char small = ascii_lower(c);

	return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

static bool read_part(struct toml_reader *reader, struct toml_text *part)
{
	char first = toml_reader_peek(reader);

	if (first == '"' || first == '\'') {
		return toml_string_read_line(reader, part);
	}
	part->bytes = reader->at;
	while (is_bare(toml_reader_peek(reader))) {
		toml_reader_advance(reader);
	}
	part->length = (u32)(reader->at - part->bytes);
	return part->length > 0 ||
	       toml_reader_expected(reader, "a key (letters, digits, _ and -, "
					    "or in quotation marks)");
}

bool toml_key_read(struct toml_reader *reader, struct toml_key *key)
{
	*key = (struct toml_key){
		.line = reader->line,
		.column = reader->column,
	};
	do {
		toml_reader_skip_blanks(reader);
		if (key->count == TOML_DEPTH_MAX) {
			return toml_reader_fail(reader, "a key of more than 8 "
							"parts");
		}
		if (!read_part(reader, &key->parts[key->count])) {
			return false;
		}
		key->count++;
		toml_reader_skip_blanks(reader);
	} while (toml_reader_take(reader, "."));
	return true;
}
