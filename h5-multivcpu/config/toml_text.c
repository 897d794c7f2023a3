#include "config/toml_text.h"

#define SURROGATES_FIRST 0xd800u
#define SURROGATES_LAST	 0xdfffu
#define CHARACTER_MAX	 0x10ffffu

/* The bytes of a character beyond ASCII, by its first one. */
struct sequence {
	u8 first, last;
	u8 second_least, second_most; /* so no character is encoded in two ways,
					 and no surrogate at all */
	u8 length;
};

static const struct sequence sequences[] = {
	{0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
	{0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3},
	{0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
	{0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

/* How many bytes the character at text has; 0: it is not UTF-8. */
static u32 character_length(const char *text, u32 left)
{
	const u8 *bytes = (const u8 *)text;

	if (bytes[0] < 0x80) {
		return 1;
	}
	for (u32 i = 0; i < ARRAY_SIZE(sequences); i++) {
		const struct sequence *sequence = &sequences[i];

		if (bytes[0] < sequence->first || bytes[0] > sequence->last) {
			continue;
		}
		if (sequence->length > left ||
		    bytes[1] < sequence->second_least ||
		    bytes[1] > sequence->second_most) {
			return 0;
		}
		for (u32 n = 2; n < sequence->length; n++) {
			if (!toml_text_continues(text[n])) {
				return 0;
			}
		}
		return sequence->length;
	}
	return 0;
}

static bool is_forbidden(const char *text, u32 left)
{
	if (text[0] == '\r') {
		return left < 2 || text[1] != '\n';
	}
	return (text[0] >= '\0' && text[0] < ' ' && text[0] != '\t' &&
		text[0] != '\n') ||
	       text[0] == 0x7f;
}

bool toml_text_clean(char *text, u32 *length, struct config_error *error)
{
	u32 line = 1;
	u32 column = 1;
	u32 size;
	char *to = text;

	for (u32 at = 0; at < *length; at += size) {
		u32 left = *length - at;

		size = character_length(text + at, left);
		if (size == 0) {
			return config_error_set(error, line, column,
						"this is not UTF-8, byte %#x",
						(u8)text[at]);
		}
		if (is_forbidden(text + at, left)) {
			return config_error_set(
				error, line, column,
				"control character %#04x; of them only tabs "
				"and ends of lines are allowed",
				(u8)text[at]);
		}
		column++;
		if (text[at] == '\n') {
			line++;
			column = 1;
		}
		for (u32 i = 0; i < size && text[at] != '\r'; i++) {
			*to++ = text[at + i];
		}
	}
	*length = (u32)(to - text);
	return true;
}

bool toml_text_is_scalar(u32 character)
{
	return character <= CHARACTER_MAX &&
	       (character < SURROGATES_FIRST || character > SURROGATES_LAST);
}

u32 toml_text_encode(u32 character, char *bytes)
{
	u32 length = character < 0x80	   ? 1
		     : character < 0x800   ? 2
		     : character < 0x10000 ? 3
					   : 4;
	static const u8 beginnings[] = {0, 0, 0xc0, 0xe0, 0xf0};

	for (u32 i = length - 1; i > 0; i--) {
		bytes[i] = (char)(0x80 | (character & 0x3f));
		character >>= 6;
	}
	bytes[0] = (char)(beginnings[length] | character);
	return length;
}
