#include "config/toml_tree.h"
#include "lib/string.h"

/* How much of a key an error quotes. */
#define QUOTED_MAX 40u

static int quoted_length(struct toml_text key)
{
	return (int)min_u64(key.length, QUOTED_MAX);
}

/* Fills the error in, and gives NULL. */
static struct toml_node *refuse(struct toml_reader *reader,
				const struct toml_key *key, u32 part,
				const struct toml_node *there, const char *why)
{
	config_error_set(reader->error, key->line, key->column,
			 "'%.*s' is there already, in line %u, as %s; %s",
			 quoted_length(key->parts[part]),
			 key->parts[part].bytes, there->line,
			 toml_kind_name(there->kind), why);
	return NULL;
}

static struct toml_node *find(const struct toml_node *table,
			      struct toml_text key)
{
	struct toml_node *node = table->first;

	while (node != NULL &&
	       (node->key.length != key.length ||
		memcmp(node->key.bytes, key.bytes, key.length) != 0)) {
		node = node->next;
	}
	return node;
}

struct toml_node *toml_tree_add(struct toml_reader *reader,
				struct toml_node *parent, u32 line, u32 column)
{
	struct toml_document *document = reader->document;
	struct toml_node *node;

	if (document->used == document->size) {
		config_error_set(reader->error, line, column,
				 "there are more than %u keys and values",
				 document->size);
		return NULL;
	}
	node = &document->nodes[document->used++];
	*node = (struct toml_node){.line = line, .column = column};
	if (parent->last == NULL) {
		parent->first = node;
	} else {
		parent->last->next = node;
	}
	parent->last = node;
	parent->count++;
	return node;
}

/* A new member of a table: an empty table itself, or an empty array. */
static struct toml_node *add_member(struct toml_reader *reader,
				    struct toml_node *table,
				    const struct toml_key *key, u32 part,
				    enum toml_kind kind,
				    enum toml_origin origin)
{
	struct toml_node *node =
		toml_tree_add(reader, table, key->line, key->column);

	if (node != NULL) {
		node->key = key->parts[part];
		node->kind = kind;
		node->origin = origin;
	}
	return node;
}

/* From a table on to the one that a part of a header names, not the last. */
static struct toml_node *pass(struct toml_reader *reader,
			      struct toml_node *table,
			      const struct toml_key *key, u32 part)
{
	struct toml_node *node = find(table, key->parts[part]);

	if (node == NULL) {
		return add_member(reader, table, key, part, TOML_TABLE,
				  TOML_BY_PATH);
	}
	if (node->kind == TOML_TABLE && node->origin != TOML_BY_VALUE) {
		return node;
	}
	if (node->kind == TOML_ARRAY && node->origin == TOML_BY_HEADER) {
		return node->last;
	}
	return refuse(reader, key, part, node, "no header adds to that");
}

static struct toml_node *define_table(struct toml_reader *reader,
				      struct toml_node *parent,
				      const struct toml_key *key)
{
	u32 part = key->count - 1;
	struct toml_node *node = find(parent, key->parts[part]);

	if (node == NULL) {
		return add_member(reader, parent, key, part, TOML_TABLE,
				  TOML_BY_HEADER);
	}
	if (node->kind != TOML_TABLE || node->origin != TOML_BY_PATH) {
		return refuse(reader, key, part, node,
			      "a table is defined once");
	}
	node->origin = TOML_BY_HEADER;
	return node;
}

static struct toml_node *define_element(struct toml_reader *reader,
					struct toml_node *parent,
					const struct toml_key *key)
{
	u32 part = key->count - 1;
	struct toml_node *array = find(parent, key->parts[part]);
	struct toml_node *element;

	if (array == NULL) {
		array = add_member(reader, parent, key, part, TOML_ARRAY,
				   TOML_BY_HEADER);
		if (array == NULL) {
			return NULL;
		}
	}
	if (array->kind != TOML_ARRAY || array->origin != TOML_BY_HEADER) {
		return refuse(reader, key, part, array,
			      "only [[headers]] add to [[headers]]");
	}
	element = toml_tree_add(reader, array, key->line, key->column);
	if (element != NULL) {
		element->kind = TOML_TABLE;
		element->origin = TOML_BY_HEADER;
	}
	return element;
}

struct toml_node *toml_tree_header(struct toml_reader *reader,
				   const struct toml_key *key, bool array)
{
	struct toml_node *table = reader->document->nodes;

	for (u32 i = 0; i + 1 < key->count && table != NULL; i++) {
		table = pass(reader, table, key, i);
	}
	if (table == NULL) {
		return NULL;
	}
	return array ? define_element(reader, table, key)
		     : define_table(reader, table, key);
}

/* From a table on to the one that a part of a dotted key names. */
static struct toml_node *pass_dotted(struct toml_reader *reader,
				     struct toml_node *table,
				     const struct toml_key *key, u32 part)
{
	struct toml_node *node = find(table, key->parts[part]);

	if (node == NULL) {
		return add_member(reader, table, key, part, TOML_TABLE,
				  TOML_BY_DOTTED_KEY);
	}
	if (node->kind == TOML_TABLE && node->origin == TOML_BY_PATH) {
		node->origin = TOML_BY_DOTTED_KEY;
	}
	if (node->kind != TOML_TABLE || node->origin != TOML_BY_DOTTED_KEY) {
		return refuse(reader, key, part, node,
			      "no dotted key adds to that");
	}
	return node;
}

struct toml_node *toml_tree_key(struct toml_reader *reader,
				struct toml_node *table,
				const struct toml_key *key)
{
	u32 last = key->count - 1;
	struct toml_node *node;

	for (u32 i = 0; i < last && table != NULL; i++) {
		table = pass_dotted(reader, table, key, i);
	}
	if (table == NULL) {
		return NULL;
	}
	node = find(table, key->parts[last]);
	if (node != NULL) {
		return refuse(reader, key, last, node, "a key has one value");
	}
	node = toml_tree_add(reader, table, key->line, key->column);
	if (node != NULL) {
		node->key = key->parts[last];
	}
	return node;
}
