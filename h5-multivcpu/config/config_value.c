#include "config/config_value.h"
#include "lib/printk.h"
#include "lib/string.h"

bool config_value_refuse(const struct config_value *value,
			 struct config_error *error, const char *fmt, ...)
{
	const struct toml_node *place =
		value->node != NULL ? value->node : value->record;
	char text[CONFIG_ERROR_SIZE];
	va_list args;

	va_start(args, fmt);
	vformat(text, sizeof(text), fmt, args);
	va_end(args);
	return config_error_set(error, place->line, place->column, "%s %s",
				value->name, text);
}

static bool has_kind(const struct config_value *value, enum toml_kind kind,
		     struct config_error *error)
{
	if (value->node->kind == kind) {
		return true;
	}
	return config_value_refuse(value, error, "takes %s, not %s",
				   toml_kind_name(kind),
				   toml_kind_name(value->node->kind));
}

bool config_value_required(const struct config_value *value,
			   struct config_error *error)
{
	return value->node != NULL ||
	       config_value_refuse(value, error, "is missing in %s",
				   value->shape->what);
}

/* -1 as -1, and not as the largest number. */
static bool refuse_address(const struct config_value *value, u64 least,
			   u64 most, struct config_error *error)
{
	s64 integer = value->node->integer;
	bool negative = integer < 0;
	unsigned long size = (unsigned long)integer;

	return config_value_refuse(
		value, error, "takes %#lx to %#lx, not %s%#lx",
		(unsigned long)least, (unsigned long)most, negative ? "-" : "",
		negative ? 0 - size : size);
}

static bool is_in(const struct config_value *value, u64 least, u64 most)
{
	s64 integer = value->node->integer;

	return integer >= 0 && (u64)integer >= least && (u64)integer <= most;
}

bool config_value_number(const struct config_value *value, u64 least, u64 most,
			 u64 *number, struct config_error *error)
{
	if (value->node == NULL) {
		return true;
	}
	if (!has_kind(value, TOML_INTEGER, error)) {
		return false;
	}
	if (!is_in(value, least, most)) {
		return config_value_refuse(
			value, error, "takes %lu to %lu, not %ld",
			(unsigned long)least, (unsigned long)most,
			(long)value->node->integer);
	}
	*number = (u64)value->node->integer;
	return true;
}

bool config_value_address(const struct config_value *value, u64 least, u64 most,
			  u64 *address, struct config_error *error)
{
	if (value->node == NULL) {
		return true;
	}
	if (!has_kind(value, TOML_INTEGER, error)) {
		return false;
	}
	if (!is_in(value, least, most)) {
		return refuse_address(value, least, most, error);
	}
	*address = (u64)value->node->integer;
	return true;
}

bool config_value_boolean(const struct config_value *value, bool *boolean,
			  struct config_error *error)
{
	if (value->node == NULL) {
		return true;
	}
	if (!has_kind(value, TOML_BOOLEAN, error)) {
		return false;
	}
	*boolean = value->node->boolean;
	return true;
}

bool config_value_text(const struct config_value *value, char *text, u32 size,
		       struct config_error *error)
{
	const struct toml_node *node = value->node;

	if (node == NULL) {
		return true;
	}
	if (!has_kind(value, TOML_STRING, error)) {
		return false;
	}
	if (node->text.length >= size) {
		return config_value_refuse(value, error,
					   "takes at most %u bytes, not %u",
					   size - 1, node->text.length);
	}
	for (u32 i = 0; i < node->text.length; i++) {
		u8 byte = (u8)node->text.bytes[i];

		if (byte < ' ' || byte == 0x7f) {
			return config_value_refuse(
				value, error,
				"takes no control characters, as \\x%02x is",
				byte);
		}
	}
	memcpy(text, node->text.bytes, node->text.length);
	text[node->text.length] = '\0';
	return true;
}

static bool is_name_character(char c)
{
	char small = ascii_lower(c);

	return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

bool config_value_name(const struct config_value *value, char *name, u32 size,
		       struct config_error *error)
{
	bool good;

	if (value->node == NULL) {
		return true;
	}
	if (!config_value_text(value, name, size, error)) {
		return false;
	}
	good = name[0] != '\0';
	for (u32 i = 0; name[i] != '\0'; i++) {
		good = good && is_name_character(name[i]);
	}
	return good || config_value_refuse(
			       value, error,
			       "takes letters, digits and . _ - alone, and at "
			       "least one");
}

bool config_value_path(const struct config_value *value, char *path, u32 size,
		       struct config_error *error)
{
	if (value->node == NULL) {
		return true;
	}
	if (!config_value_text(value, path, size, error)) {
		return false;
	}
	return (path[0] == '/' && path[1] != '\0') ||
	       config_value_refuse(value, error,
				   "takes a file on the disk, which begins "
				   "with /");
}

/* "alloc (0), identical (1)"; larger numbers are in hexadecimal. */
static void list_choices(const struct config_choice *choices, u32 count,
			 char *list, size_t size)
{
	size_t length = 0;

	for (u32 i = 0; i < count && length < size; i++) {
		length += (size_t)format(list + length, size - length, "%s%s",
					 i > 0 ? ", " : "", choices[i].word);
		if (choices[i].number >= 0 && length < size) {
			length += (size_t)format(
				list + length, size - length,
				choices[i].number < 10 ? " (%lu)" : " (%#lx)",
				(unsigned long)choices[i].number);
		}
	}
}

static bool is_choice(const struct toml_node *node,
		      const struct config_choice *choice)
{
	if (node->kind == TOML_INTEGER) {
		return choice->number >= 0 && node->integer == choice->number;
	}
	return node->kind == TOML_STRING &&
	       node->text.length == strlen(choice->word) &&
	       memcmp(node->text.bytes, choice->word, node->text.length) == 0;
}

bool config_value_choice(const struct config_value *value,
			 const struct config_choice *choices, u32 count,
			 u32 *chosen, struct config_error *error)
{
	char list[CONFIG_ERROR_SIZE / 2];

	if (value->node == NULL) {
		return true;
	}
	for (u32 i = 0; i < count; i++) {
		if (is_choice(value->node, &choices[i])) {
			*chosen = choices[i].value;
			return true;
		}
	}
	list_choices(choices, count, list, sizeof(list));
	return config_value_refuse(value, error, "takes %s%s",
				   count > 1 ? "one of " : "", list);
}

bool config_value_array(const struct config_value *value, u32 most,
			const struct toml_node **first,
			struct config_error *error)
{
	*first = NULL;
	if (value->node == NULL) {
		return true;
	}
	if (!has_kind(value, TOML_ARRAY, error)) {
		return false;
	}
	if (value->node->count > most && most == 0) {
		return config_value_refuse(value, error, "has to be empty");
	}
	if (value->node->count > most) {
		return config_value_refuse(value, error,
					   "takes at most %u, not %u", most,
					   value->node->count);
	}
	*first = value->node->first;
	return true;
}

struct config_value config_value_element(const struct config_value *array,
					 const struct toml_node *element)
{
	struct config_value value = *array;

	value.node = element;
	return value;
}
