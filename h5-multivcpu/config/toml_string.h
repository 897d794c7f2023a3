#pragma once
/*
 * Strings: "basic", with escapes, and 'literal'; with three quotation marks of
 * either kind, of several lines. They are decoded where they stand, which never
 * takes more room, and end in NUL.
 */
#include "config/toml_reader.h"

/* Reads the string that begins here, with a quotation mark. */
bool toml_string_read(struct toml_reader *reader, struct toml_text *text);

/* The same for a key, which has one line. */
bool toml_string_read_line(struct toml_reader *reader, struct toml_text *text);
