#pragma once
/*
 * A TOML tree as JSON, as Python's json.dumps() writes it: to see all of a tree
 * at once, or compare it with another parser's.
 */
#include <stdio.h>
#include <string.h>

#include "config/toml.h"

static inline void toml_json_text(FILE *out, struct toml_text text)
{
	static const char escaped[] = "\"\\\b\f\n\r\t";
	static const char names[] = "\"\\bfnrt";

	fputc('"', out);
	for (u32 i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.bytes[i];
		const char *at = c == 0 ? NULL : strchr(escaped, c);

		if (at != NULL) {
			fprintf(out, "\\%c", names[at - escaped]);
		} else if (c < ' ') {
			fprintf(out, "\\u%04x", c);
		} else {
			fputc(c, out);
		}
	}
	fputc('"', out);
}

static inline void toml_json_write(FILE *out, const struct toml_node *node)
{
	bool table = node->kind == TOML_TABLE;

	switch (node->kind) {
	case TOML_STRING:
		toml_json_text(out, node->text);
		return;
	case TOML_INTEGER:
		fprintf(out, "%lld", (long long)node->integer);
		return;
	case TOML_BOOLEAN:
		fputs(node->boolean ? "true" : "false", out);
		return;
	case TOML_ARRAY:
	case TOML_TABLE:
		break;
	}
	fputc(table ? '{' : '[', out);
	for (const struct toml_node *item = node->first; item != NULL;
	     item = item->next) {
		if (table) {
			toml_json_text(out, item->key);
			fputc(':', out);
		}
		toml_json_write(out, item);
		if (item->next != NULL) {
			fputc(',', out);
		}
	}
	fputc(table ? '}' : ']', out);
}
