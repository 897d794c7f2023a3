#include "config/config_value.h"
#include "lib/printk.h"
#include "lib/string.h"

#define QUOTED_MAX 40u
#define COUNT_SIZE 32
#define WORD_MAX   32u /* longer words are like none */
#define LIKE_MAX   2u  /* letters to change, add or drop */

static u32 least_of(u32 a, u32 b, u32 c)
{
	return (u32)min_u64(a, min_u64(b, c));
}

/* How many letters to change, add or drop make one word the other. */
static u32 distance(struct toml_text word, const char *known)
{
	u32 length = (u32)strlen(known);
	u32 row[WORD_MAX + 1];

	if (word.length > WORD_MAX || length > WORD_MAX) {
		return WORD_MAX;
	}
	for (u32 i = 0; i <= length; i++) {
		row[i] = i;
	}
	for (u32 at = 0; at < word.length; at++) {
		u32 diagonal = row[0];

		row[0] = at + 1;
		for (u32 i = 0; i < length; i++) {
			u32 change =
				diagonal + (word.bytes[at] == known[i] ? 0 : 1);

			diagonal = row[i + 1];
			row[i + 1] = least_of(change, row[i] + 1, diagonal + 1);
		}
	}
	return row[length];
}

static const char *nearest(struct toml_text word,
			   const struct config_shape *shape)
{
	const char *found = NULL;
	u32 best = LIKE_MAX + 1;

	for (u32 i = 0; i < shape->count; i++) {
		u32 here = distance(word, shape->names[i]);

		if (here < best && here < word.length) {
			best = here;
			found = shape->names[i];
		}
	}
	return found;
}

/* The first count names. */
static void list_names(const struct config_shape *shape, u32 count, char *list,
		       size_t size)
{
	size_t length = 0;

	for (u32 i = 0; i < count && length < size; i++) {
		length += (size_t)format(list + length, size - length, "%s%s",
					 i > 0 ? ", " : "", shape->names[i]);
	}
}

static bool refuse_key(const struct toml_node *member,
		       const struct config_shape *shape,
		       struct config_error *error)
{
	const char *like = nearest(member->key, shape);
	char list[CONFIG_ERROR_SIZE];

	list_names(shape, shape->count, list, sizeof(list));
	return config_error_set(
		error, member->line, member->column,
		"%s has no '%.*s'; %s %s%s", shape->what,
		(int)min_u64(member->key.length, QUOTED_MAX), member->key.bytes,
		like != NULL ? "did you mean" : "there are",
		like != NULL ? like : list, like != NULL ? "?" : "");
}

static bool is_known(struct toml_text key, const struct config_shape *shape)
{
	for (u32 i = 0; i < shape->count; i++) {
		if (strlen(shape->names[i]) == key.length &&
		    memcmp(shape->names[i], key.bytes, key.length) == 0) {
			return true;
		}
	}
	return false;
}

static bool check_array(const struct toml_node *record,
			const struct config_shape *shape,
			struct config_error *error)
{
	char list[CONFIG_ERROR_SIZE / 2];
	char count[COUNT_SIZE];

	if (record->count >= shape->in_array_least &&
	    record->count <= shape->in_array) {
		return true;
	}
	list_names(shape, shape->in_array, list, sizeof(list));
	format(count, sizeof(count),
	       shape->in_array_least < shape->in_array ? "%u to %u" : "%u",
	       shape->in_array_least, shape->in_array);
	return config_error_set(error, record->line, record->column,
				"%s as an array has %s values, not %u: [%s]",
				shape->what, count, record->count, list);
}

bool config_record(const struct toml_node *record,
		   const struct config_shape *shape, struct config_error *error)
{
	if (record->kind == TOML_ARRAY && shape->in_array > 0) {
		return check_array(record, shape, error);
	}
	if (record->kind != TOML_TABLE) {
		return config_error_set(error, record->line, record->column,
					"%s is a table%s, not %s", shape->what,
					shape->in_array > 0 ? " or an array"
							    : "",
					toml_kind_name(record->kind));
	}
	for (const struct toml_node *member = record->first; member != NULL;
	     member = member->next) {
		if (!is_known(member->key, shape)) {
			return refuse_key(member, shape, error);
		}
	}
	return true;
}

static const struct toml_node *element(const struct toml_node *array,
				       u32 number)
{
	const struct toml_node *node = array->first;

	while (node != NULL && number > 0) {
		node = node->next;
		number--;
	}
	return node;
}

static const struct toml_node *find(const struct toml_node *record,
				    const struct config_shape *shape,
				    u32 number)
{
	if (record->kind == TOML_TABLE) {
		return toml_find(record, shape->names[number]);
	}
	if (record->kind == TOML_ARRAY && number < shape->in_array) {
		return element(record, number);
	}
	return NULL;
}

struct config_value config_value(const struct toml_node *record,
				 const struct config_shape *shape, u32 number)
{
	return (struct config_value){
		.shape = shape,
		.record = record,
		.name = shape->names[number],
		.node = find(record, shape, number),
	};
}
