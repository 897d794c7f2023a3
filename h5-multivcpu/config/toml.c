#include "config/toml.h"
#include "config/toml_text.h"
#include "config/toml_tree.h"
#include "config/toml_value.h"
#include "lib/string.h"

/* Reads [key] or [[key]]; gives the table that the section is about. */
static struct toml_node *read_header(struct toml_reader *reader)
{
	bool array = toml_reader_take(reader, "[[");
	const char *end = array ? "]]" : "]";
	struct toml_key key;
	struct toml_node *table;

	if (!array) {
		toml_reader_advance(reader);
	}
	toml_reader_skip_blanks(reader);
	if (!toml_key_read(reader, &key)) {
		return NULL;
	}
	table = toml_tree_header(reader, &key, array);
	if (table != NULL && !toml_reader_take(reader, end)) {
		toml_reader_expected(reader, array ? "the ]] of a header"
						   : "the ] of a header");
		return NULL;
	}
	return table;
}

/* Reads all statements. */
static bool read_document(struct toml_reader *reader)
{
	struct toml_node *table = reader->document->nodes;

	for (;;) {
		toml_reader_skip_space(reader);
		if (toml_reader_peek(reader) == '\0') {
			return true;
		}
		if (toml_reader_peek(reader) == '[') {
			table = read_header(reader);
			if (table == NULL) {
				return false;
			}
		} else if (!toml_value_read_pair(reader, table)) {
			return false;
		}
		toml_reader_skip_blanks(reader);
		toml_reader_skip_comment(reader);
		if (toml_reader_peek(reader) != '\n' &&
		    toml_reader_peek(reader) != '\0') {
			return toml_reader_expected(reader,
						    "the end of the line");
		}
	}
}

const struct toml_node *toml_parse(struct toml_document *document, char *text,
				   u32 length, struct config_error *error)
{
	struct toml_reader reader = {
		.at = text,
		.line = 1,
		.column = 1,
		.document = document,
		.error = error,
	};

	if (!toml_text_clean(text, &length, error)) {
		return NULL;
	}
	reader.end = text + length;
	if (document->size == 0) {
		config_error_set(error, 0, 0, "no room for a document");
		return NULL;
	}
	document->used = 1;
	document->nodes[0] = (struct toml_node){
		.kind = TOML_TABLE,
		.origin = TOML_BY_HEADER,
		.line = 1,
		.column = 1,
	};
	return read_document(&reader) ? document->nodes : NULL;
}

const struct toml_node *toml_find(const struct toml_node *table,
				  const char *key)
{
	size_t length = strlen(key);
	const struct toml_node *node = table->first;

	while (node != NULL && (node->key.length != length ||
				memcmp(node->key.bytes, key, length) != 0)) {
		node = node->next;
	}
	return node;
}

const char *toml_kind_name(enum toml_kind kind)
{
	static const char *const names[] = {
		[TOML_STRING] = "a string",   [TOML_INTEGER] = "an integer",
		[TOML_BOOLEAN] = "a boolean", [TOML_ARRAY] = "an array",
		[TOML_TABLE] = "a table",
	};

	return names[kind];
}
