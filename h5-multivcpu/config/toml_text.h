#pragma once
/*
 * What every byte of a TOML document must be, whatever it is part of.
 */
#include "config/config_error.h"
#include "lib/types.h"

/*
 * Checks that the text is UTF-8, and has no control characters but tabs and
 * ends of lines. A carriage return ahead of a line feed is taken out, so that
 * the text may be shorter afterwards.
 */
bool toml_text_clean(char *text, u32 *length, struct config_error *error);

/* Is it one that UTF-8 can encode: below 0x110000, and no surrogate? */
bool toml_text_is_scalar(u32 character);

/* Writes a character's bytes in UTF-8, at most 4; gives how many. */
u32 toml_text_encode(u32 character, char *bytes);

/* Does the byte continue a character that began before? */
static inline bool toml_text_continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}
