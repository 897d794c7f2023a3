/*
 * modules: h5-multivcpu/config/toml.c h5-multivcpu/config/toml_key.c
 * modules: h5-multivcpu/config/toml_reader.c h5-multivcpu/config/toml_string.c
 * modules: h5-multivcpu/config/toml_text.c h5-multivcpu/config/toml_tree.c
 * modules: h5-multivcpu/config/toml_value.c h5-multivcpu/config/toml_word.c
 * modules: h5-multivcpu/config/config_error.c common/lib/printk.c
 *
 * The TOML parser beside Python's tomllib: it accepts what that accepts, but
 * for what it leaves out, and makes the same tree of it.
 *
 *	toml_compare_cases.py DIRECTORY && toml_compare_test DIRECTORY
 */
#include <stdlib.h>

#include "config/toml.h"
#include "config_text.h"
#include "toml_json.h"
#include "unit.h"

#define NODES	  4096u
#define SHOWN_MAX 10u /* failures */

struct record {
	int kind;
	u32 length;
	char *text;
	char *json;
};

static FILE *cases;
static unsigned int shown;

static char *read_text(u32 *length)
{
	char *text;

	if (fread(length, sizeof(*length), 1, cases) != 1) {
		return NULL;
	}
	text = malloc(*length + 1);
	if (fread(text, 1, *length, cases) != *length) {
		free(text);
		return NULL;
	}
	text[*length] = '\0';
	return text;
}

static bool read_record(struct record *record)
{
	u32 length;

	record->kind = fgetc(cases);
	if (record->kind == EOF) {
		return false;
	}
	record->text = read_text(&record->length);
	record->json = read_text(&length);
	return CHECK(record->text != NULL && record->json != NULL);
}

/* The tree as JSON, to be freed; NULL for a document that is refused. */
static char *parse(const struct record *record, struct config_error *error)
{
	static struct toml_node nodes[NODES];
	struct toml_document document = {.nodes = nodes, .size = NODES};
	/* Exactly as long, so that a sanitizer sees a read behind it. */
	char *copy = malloc(record->length > 0 ? record->length : 1);
	const struct toml_node *root;
	char *json = NULL;
	size_t size;
	FILE *out;

	memcpy(copy, record->text, record->length);
	root = toml_parse(&document, copy, record->length, error);
	if (root != NULL) {
		out = open_memstream(&json, &size);
		toml_json_write(out, root);
		fclose(out);
	}
	free(copy);
	return json;
}

static bool is_right(const struct record *record, const char *json)
{
	if (json == NULL) {
		return record->kind != 'A';
	}
	return record->kind == 'D' ||
	       (record->kind == 'A' && strcmp(json, record->json) == 0);
}

static void check(const struct record *record)
{
	struct config_error error = {.line = 0};
	char *json = parse(record, &error);

	if (!is_right(record, json) && shown++ < SHOWN_MAX) {
		printf("# %c, want %s\n#    is %s\n# %u:%u: %s\n# ---\n%s\n",
		       record->kind, record->json, json == NULL ? "-" : json,
		       error.line, error.column, error.text, record->text);
	}
	CHECK(is_right(record, json));
	if (json == NULL) {
		CHECK(error.line > 0 && error.column > 0);
		CHECK(strlen(error.text) > 0);
	}
	free(json);
}

static void trees_are_those_of_tomllib(void)
{
	unsigned int accepted = 0;
	unsigned int refused = 0;
	struct record record;

	while (read_record(&record)) {
		check(&record);
		accepted += record.kind == 'A';
		refused += record.kind == 'R';
		free(record.text);
		free(record.json);
	}
	printf("# %u accepted, %u refused\n", accepted, refused);
	CHECK(accepted > 1000 && refused > 1000);
}

static const struct unit_test tests[] = {
	UNIT_TEST(trees_are_those_of_tomllib),
};

int main(int argc, char **argv)
{
	char path[4096];

	if (argc != 2) {
		fprintf(stderr, "usage: toml_compare_test DIRECTORY\n");
		return 2;
	}
	snprintf(path, sizeof(path), "%s/cases", argv[1]);
	cases = fopen(path, "rb");
	if (cases == NULL) {
		perror(path);
		return 2;
	}
	if (fgetc(cases) == EOF) {
		printf("1..1\nok 1 - trees # skip python3 has no tomllib\n");
		return 0;
	}
	rewind(cases);
	return UNIT_RUN(tests);
}
