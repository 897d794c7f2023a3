#include "config/toml_value.h"
#include "config/toml_string.h"
#include "config/toml_tree.h"
#include "config/toml_word.h"

static bool read_value(struct toml_reader *reader, struct toml_node *node);

/* Behind the bracket. Comments, ends of lines and a last comma are allowed. */
static bool read_array(struct toml_reader *reader, struct toml_node *array)
{
	array->kind = TOML_ARRAY;
	toml_reader_skip_space(reader);
	while (!toml_reader_take(reader, "]")) {
		struct toml_node *element = toml_tree_add(
			reader, array, reader->line, reader->column);

		if (element == NULL || !read_value(reader, element)) {
			return false;
		}
		toml_reader_skip_space(reader);
		if (toml_reader_take(reader, ",")) {
			toml_reader_skip_space(reader);
		} else if (toml_reader_peek(reader) != ']') {
			return toml_reader_expected(reader,
						    "a comma, or the ] of an "
						    "array,");
		}
	}
	return true;
}

/* Behind the brace. All of it is one line, without a last comma. */
static bool read_table(struct toml_reader *reader, struct toml_node *table)
{
	table->kind = TOML_TABLE;
	toml_reader_skip_blanks(reader);
	if (toml_reader_take(reader, "}")) {
		return true;
	}
	do {
		toml_reader_skip_blanks(reader);
		if (!toml_value_read_pair(reader, table)) {
			return false;
		}
		toml_reader_skip_blanks(reader);
	} while (toml_reader_take(reader, ","));
	return toml_reader_take(reader, "}") ||
	       toml_reader_expected(reader, "a comma, or the } of a table,");
}

static bool read_nested(struct toml_reader *reader, struct toml_node *node)
{
	bool array = toml_reader_peek(reader) == '[';
	bool read;

	if (reader->depth == TOML_DEPTH_MAX) {
		return toml_reader_fail(reader, "arrays and tables are nested "
						"more than 8 deep");
	}
	reader->depth++;
	toml_reader_advance(reader);
	read = array ? read_array(reader, node) : read_table(reader, node);
	reader->depth--;
	return read;
}

static bool read_value(struct toml_reader *reader, struct toml_node *node)
{
	switch (toml_reader_peek(reader)) {
	case '"':
	case '\'':
		node->kind = TOML_STRING;
		return toml_string_read(reader, &node->text);
	case '[':
	case '{':
		return read_nested(reader, node);
	default:
		return toml_word_read(reader, node);
	}
}

bool toml_value_read_pair(struct toml_reader *reader, struct toml_node *table)
{
	struct toml_key key;
	struct toml_node *node;

	if (!toml_key_read(reader, &key)) {
		return false;
	}
	if (!toml_reader_take(reader, "=")) {
		return toml_reader_expected(reader, "the = behind a key");
	}
	toml_reader_skip_blanks(reader);
	node = toml_tree_key(reader, table, &key);
	return node != NULL && read_value(reader, node);
}
