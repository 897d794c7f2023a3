#pragma once
/*
 * TOML 1.0, as much of it as the description of a virtual machine needs: all
 * but floats, dates and integers beyond 64 bits, which are refused. Strict:
 * what is no TOML is refused, and so is a key or table that is there twice.
 *
 * Nothing is allocated. The tree's nodes are the caller's, and its strings lie
 * in the text that it was made from.
 */
#include "config/config_error.h"
#include "lib/types.h"

/* How deep arrays and inline tables may be nested, and parts of a dotted key.
 */
#define TOML_DEPTH_MAX 8u

/* UTF-8. Bytes may be any, NUL among them; a string's (not a key's) end in NUL
 * besides. */
struct toml_text {
	const char *bytes;
	u32 length;
};

enum toml_kind {
	TOML_STRING,
	TOML_INTEGER,
	TOML_BOOLEAN,
	TOML_ARRAY,
	TOML_TABLE,
};

/* Which statement has made a table or an array: see toml_tree.h. */
enum toml_origin {
	TOML_BY_VALUE,
	TOML_BY_PATH,
	TOML_BY_HEADER,
	TOML_BY_DOTTED_KEY,
};

struct toml_node {
	struct toml_text key; /* of a table's member */
	enum toml_kind kind;
	enum toml_origin origin;
	u32 line;   /* where its key begins, or an array's element, from 1 */
	u32 column; /* in characters, from 1 */
	union {
		struct toml_text text; /* TOML_STRING */
		s64 integer;
		bool boolean;
		struct { /* TOML_ARRAY, TOML_TABLE; NULL: none */
			struct toml_node *first;
			struct toml_node *last;
			u32 count;
		};
	};
	struct toml_node *next; /* in the same array or table, or NULL */
};

struct toml_document {
	struct toml_node *nodes; /* the caller's */
	u32 size;		 /* how many there are */
	u32 used;		 /* filled in by toml_parse() */
};

/*
 * Makes the tree of a text of length bytes; both stay as they are for as long
 * as the tree is used, and the text is changed. Gives its root, a table; NULL,
 * with the error, for a text that is no TOML, holds what is refused, is nested
 * deeper than TOML_DEPTH_MAX, or needs more nodes than there are.
 */
const struct toml_node *toml_parse(struct toml_document *document, char *text,
				   u32 length, struct config_error *error);

/* The member of a table with a key, NUL-terminated; NULL if there is none. */
const struct toml_node *toml_find(const struct toml_node *table,
				  const char *key);

/* "a string", for instance. */
const char *toml_kind_name(enum toml_kind kind);
