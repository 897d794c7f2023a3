#pragma once
/*
 * Values without quotation marks: integers, true and false. Floats and dates
 * are TOML, too, but the description of a virtual machine has no use for them.
 */
#include "config/toml_reader.h"

/* Reads the value that begins here into node's kind and value. */
bool toml_word_read(struct toml_reader *reader, struct toml_node *node);
