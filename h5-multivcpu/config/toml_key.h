#pragma once
/*
 * Keys: bare, in quotation marks, or several of them with dots between.
 */
#include "config/toml_reader.h"

struct toml_key {
	struct toml_text parts[TOML_DEPTH_MAX];
	u32 count; /* at least 1 */
	u32 line;
	u32 column;
};

/* Reads the key that begins here, and the blanks behind it. */
bool toml_key_read(struct toml_reader *reader, struct toml_key *key);
