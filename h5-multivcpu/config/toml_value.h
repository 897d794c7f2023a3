#pragma once
/*
 * Values of every kind, and pairs of a key and a value.
 */
#include "config/toml_reader.h"

/* Reads `key = value`, and adds it to a table. */
bool toml_value_read_pair(struct toml_reader *reader, struct toml_node *table);
