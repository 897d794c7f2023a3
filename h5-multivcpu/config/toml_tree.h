#pragma once
/*
 * The tree that a document becomes, and which statement may add what to it.
 *
 * TOML lets a table be defined once. Its members may come from several
 * statements nevertheless, and who has made it says which:
 *
 *	TOML_BY_VALUE		a = {} or []: none
 *	TOML_BY_PATH		a of [a.b]: may be defined yet, by [a]
 *	TOML_BY_HEADER		[a]: keys of its section, and headers below it;
 *				[[a]], an array: one more element
 *	TOML_BY_DOTTED_KEY	a of a.b = 1: more dotted keys, which can only
 *				be of the same section, and headers below it
 */
#include "config/toml_key.h"

/*
 * Adds a node behind the others of an array or table. Its key is empty, and its
 * value none yet. NULL, with the error: there are no more nodes.
 */
struct toml_node *toml_tree_add(struct toml_reader *reader,
				struct toml_node *parent, u32 line, u32 column);

/* The table that the header [key], or [[key]] for an array, is about. */
struct toml_node *toml_tree_header(struct toml_reader *reader,
				   const struct toml_key *key, bool array);

/* A node for the value of key in table, whose value is none yet. */
struct toml_node *toml_tree_key(struct toml_reader *reader,
				struct toml_node *table,
				const struct toml_key *key);
