#include "boot/cmdline.h"
#include "lib/parse.h"
#include "lib/string.h"

/* A word of the command line, as a place in it. */
struct word {
	const char *text;
	size_t length;
};

static struct word word_at(const char *text)
{
	struct word word;

	while (*text == ' ') {
		text++;
	}
	word.text = text;
	word.length = 0;
	while (text[word.length] != '\0' && text[word.length] != ' ') {
		word.length++;
	}
	return word;
}

static bool word_is(struct word word, const char *text)
{
	return word.length == strlen(text) &&
	       memcmp(word.text, text, word.length) == 0;
}

/* Puts the next of the kernel's own words into word; false at their end. */
static bool next_word(const char **cmdline, struct word *word)
{
	*word = word_at(*cmdline);
	*cmdline = word->text + word->length;
	return word->length > 0 && !word_is(*word, "--");
}

static void copy(char *to, size_t size, const char *from, size_t length)
{
	size_t count = min_u64(length, size - 1);

	memcpy(to, from, count);
	to[count] = '\0';
}

bool cmdline_has(const char *cmdline, const char *name)
{
	struct word word;

	while (next_word(&cmdline, &word)) {
		if (word_is(word, name)) {
			return true;
		}
	}
	return false;
}

/* Puts the value of the option called name into value; false if none. */
static bool find_value(const char *cmdline, const char *name,
		       struct word *value)
{
	size_t length = strlen(name);
	struct word word;

	while (next_word(&cmdline, &word)) {
		if (word.length > length && word.text[length] == '=' &&
		    memcmp(word.text, name, length) == 0) {
			value->text = word.text + length + 1;
			value->length = word.length - length - 1;
			return true;
		}
	}
	return false;
}

bool cmdline_has_value(const char *cmdline, const char *name)
{
	struct word value;

	return find_value(cmdline, name, &value);
}

bool cmdline_value(const char *cmdline, const char *name, char *value,
		   size_t size)
{
	struct word word;

	if (!find_value(cmdline, name, &word)) {
		return false;
	}
	copy(value, size, word.text, word.length);
	return word.length < size;
}

bool cmdline_number(const char *cmdline, const char *name, u64 *number)
{
	char text[24];

	return cmdline_value(cmdline, name, text, sizeof(text)) &&
	       parse_number(text, number);
}

bool cmdline_range(const char *cmdline, const char *name, u64 *first, u64 *last)
{
	char text[48];
	char *dash = text;
	u64 from, to;

	if (!cmdline_value(cmdline, name, text, sizeof(text))) {
		return false;
	}
	while (*dash != '-' && *dash != '\0') {
		dash++;
	}
	if (*dash == '\0') {
		return false;
	}
	*dash = '\0';
	if (!parse_number(text, &from) || !parse_number(dash + 1, &to) ||
	    from > to) {
		return false;
	}
	*first = from;
	*last = to;
	return true;
}

static bool is_known(struct word word, const char *const known[])
{
	for (; *known != NULL; known++) {
		size_t length = strlen(*known);

		if (length > 0 && (*known)[length - 1] == '=' &&
		    word.length >= length &&
		    memcmp(word.text, *known, length) == 0) {
			return true;
		}
		if (word_is(word, *known)) {
			return true;
		}
	}
	return false;
}

bool cmdline_unknown(const char *cmdline, const char *const known[],
		     char *unknown, size_t size)
{
	struct word word;

	while (next_word(&cmdline, &word)) {
		if (!is_known(word, known)) {
			copy(unknown, size, word.text, word.length);
			return true;
		}
	}
	return false;
}

const char *cmdline_guest(const char *cmdline)
{
	struct word word;

	while (next_word(&cmdline, &word)) {
	}
	return word_at(cmdline).text;
}
