#include "config/toml_word.h"
#include "lib/string.h"

struct word {
	const char *at;
	u32 length;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word_character(char c)
{
	char small = ascii_lower(c);

	return is_digit(c) || (small >= 'a' && small <= 'z') || c == '_' ||
	       c == '+' || c == '-' || c == '.' || c == ':';
}

static bool is(struct word word, const char *text)
{
	return word.length == strlen(text) &&
	       memcmp(word.at, text, word.length) == 0;
}

static struct word without_first(struct word word, u32 count)
{
	return (struct word){word.at + count, word.length - count};
}

static u32 digit_of(char c)
{
	char small = ascii_lower(c);

	if (is_digit(c)) {
		return (u32)(c - '0');
	}
	return small >= 'a' && small <= 'f' ? (u32)(small - 'a' + 10) : 16;
}

static const char out_of_range[] =
	"an integer is from -9223372036854775808 to 9223372036854775807";
static const char not_digits[] =
	"no value; there are strings in quotation marks, integers (decimal, "
	"0x, 0o, 0b), true, false, [arrays] and {tables}";

/* Digits of a base, single underscores between them; NULL, or what is wrong. */
static const char *read_digits(struct word word, u32 base, u64 *value)
{
	bool before = false; /* is there a digit before this? */

	*value = 0;
	for (u32 i = 0; i < word.length; i++) {
		u32 digit = digit_of(word.at[i]);

		if (word.at[i] == '_' && before) {
			before = false;
			continue;
		}
		if (digit >= base) {
			return not_digits;
		}
		if (__builtin_mul_overflow(*value, base, value) ||
		    __builtin_add_overflow(*value, digit, value)) {
			return out_of_range;
		}
		before = true;
	}
	return before ? NULL : not_digits;
}

/* An integer: NULL, or what is wrong with it. */
static const char *read_integer(struct word word, s64 *integer)
{
	bool negative = word.at[0] == '-';
	bool sign = negative || word.at[0] == '+';
	u32 base = 10;
	const char *wrong;
	u64 value;

	if (sign) {
		word = without_first(word, 1);
	} else if (word.length > 2 && word.at[0] == '0') {
		base = word.at[1] == 'x'   ? 16
		       : word.at[1] == 'o' ? 8
		       : word.at[1] == 'b' ? 2
					   : 10;
	}
	if (base != 10) {
		word = without_first(word, 2);
	} else if (word.length > 1 && word.at[0] == '0') {
		return "a decimal integer does not begin with 0; an octal one "
		       "begins with 0o";
	}
	wrong = read_digits(word, base, &value);
	if (wrong != NULL) {
		return wrong;
	}
	if (value > (u64)INT64_MAX + (negative ? 1 : 0)) {
		return out_of_range;
	}
	*integer = (s64)(negative ? 0 - value : value);
	return NULL;
}

/* Does the word look like a float or a date, right or wrong? */
static const char *other_kind(struct word word)
{
	bool hexadecimal = word.length > 1 && word.at[1] == 'x';
	u32 digits = 0;

	while (digits < word.length && is_digit(word.at[digits])) {
		digits++;
	}
	if (digits > 0 && digits < word.length &&
	    (word.at[digits] == '-' || word.at[digits] == ':')) {
		return "a date or time, which is not used here";
	}
	if (word.at[0] == '+' || word.at[0] == '-') {
		word = without_first(word, 1);
	}
	if (is(word, "inf") || is(word, "nan")) {
		return "a float, which is not used here; integers are";
	}
	for (u32 i = 1; i < word.length && is_digit(word.at[0]); i++) {
		if (word.at[i] == '.' ||
		    (ascii_lower(word.at[i]) == 'e' && !hexadecimal)) {
			return "a float, which is not used here; integers are";
		}
	}
	return NULL;
}

/* Sets node's value; NULL, or what is wrong. */
static const char *read_value(struct word word, struct toml_node *node)
{
	const char *other;

	if (is(word, "true") || is(word, "false")) {
		node->kind = TOML_BOOLEAN;
		node->boolean = word.length == 4;
		return NULL;
	}
	other = other_kind(word);
	if (other != NULL) {
		return other;
	}
	node->kind = TOML_INTEGER;
	return read_integer(word, &node->integer);
}

bool toml_word_read(struct toml_reader *reader, struct toml_node *node)
{
	struct toml_reader begin = *reader;
	struct word word = {.at = reader->at};
	const char *wrong;

	while (is_word_character(toml_reader_peek(reader))) {
		toml_reader_advance(reader);
	}
	word.length = (u32)(reader->at - word.at);
	if (word.length == 0) {
		return toml_reader_expected(reader, "a value");
	}
	wrong = read_value(word, node);
	return wrong == NULL || toml_reader_fail(&begin, wrong);
}
