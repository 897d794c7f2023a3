/*
 * modules: h5-multivcpu/config/toml.c h5-multivcpu/config/toml_key.c
 * modules: h5-multivcpu/config/toml_reader.c h5-multivcpu/config/toml_string.c
 * modules: h5-multivcpu/config/toml_text.c h5-multivcpu/config/toml_tree.c
 * modules: h5-multivcpu/config/toml_value.c h5-multivcpu/config/toml_word.c
 * modules: h5-multivcpu/config/config_error.c common/lib/printk.c
 *
 * TOML: what a tree looks like, and what is said of documents that are none.
 */
#include "config/toml.h"
#include "config_text.h"
#include "toml_json.h"
#include "unit.h"

static struct toml_node nodes[64];
static struct config_error error;

static const struct toml_node *parse(struct config_text *text, u32 size)
{
	struct toml_document document = {.nodes = nodes, .size = size};

	memset(&error, 0xff, sizeof(error));
	return toml_parse(&document, text->bytes, text->length, &error);
}

static void check_tree_of(const char *bytes, size_t length, const char *json)
{
	struct config_text text = config_text_of(bytes, length);
	const struct toml_node *root = parse(&text, ARRAY_SIZE(nodes));
	char *written = NULL;
	size_t size;
	FILE *out = open_memstream(&written, &size);

	if (root != NULL) {
		toml_json_write(out, root);
	} else {
		fputs(config_text_error(&error), out);
	}
	fclose(out);
	CHECK_STR(written, json);
	free(written);
	config_text_free(&text);
}

static void check_tree(const char *bytes, const char *json)
{
	check_tree_of(bytes, strlen(bytes), json);
}

static void an_empty_document_is_an_empty_table(void)
{
	check_tree("", "{}");
	check_tree(" \t# nothing", "{}");
	check_tree("\r\n\n # a\n", "{}");
}

static void integers_of_every_base(void)
{
	check_tree("a = 0\nb = -0\nc = +1_000", "{\"a\":0,\"b\":0,\"c\":1000}");
	check_tree("a = 0xFEc0_0000\nb = 0o17\nc = 0b1_01",
		   "{\"a\":4273995776,\"b\":15,\"c\":5}");
	check_tree("a = -9223372036854775808\nb = 0x7fff_ffff_ffff_ffff",
		   "{\"a\":-9223372036854775808,\"b\":9223372036854775807}");
}

static void strings_are_decoded_where_they_stand(void)
{
	check_tree(
		"a = 'C:\\x'\nb = \"\\u00e9\\U0001F600\\\\\"",
		"{\"a\":\"C:\\\\x\",\"b\":\"\xc3\xa9\xf0\x9f\x98\x80\\\\\"}");
	check_tree("a = \"\"\"\r\nx\r\n  y \\\r\n\r\n  z\"\"\"\"\"",
		   "{\"a\":\"x\\n  y z\\\"\\\"\"}");
	check_tree("a = '''\n'x'\n'''", "{\"a\":\"'x'\\n\"}");
	check_tree_of("a=\"\\u0000b\"", 11, "{\"a\":\"\\u0000b\"}");
}

static void strings_end_in_nul(void)
{
	static const char bytes[] = "a = \"x\\u0041\" # y";
	struct config_text text = config_text_of(bytes, strlen(bytes));
	const struct toml_node *root = parse(&text, ARRAY_SIZE(nodes));

	if (CHECK(root != NULL)) {
		CHECK_EQ(toml_find(root, "a")->text.length, 2);
		CHECK_STR(toml_find(root, "a")->text.bytes, "xA");
		CHECK(toml_find(root, "aa") == NULL);
		CHECK(toml_find(root, "") == NULL);
	}
	config_text_free(&text);
}

static void arrays_and_tables_nest(void)
{
	check_tree("a = [1, [true, false], # x\n {b.c = 'd', e = []},\n]",
		   "{\"a\":[1,[true,false],{\"b\":{\"c\":\"d\"},\"e\":[]}]}");
	check_tree("[a.b]\nc = 1\n[a]\nd = 2\n[[e]]\n[[e]]\nf.g = 3\n[e.h]",
		   "{\"a\":{\"b\":{\"c\":1},\"d\":2},"
		   "\"e\":[{},{\"f\":{\"g\":3},\"h\":{}}]}");
}

static void nodes_know_where_they_stand(void)
{
	static const char bytes[] = "# \xc3\xa9\n[t]\n  \"\xc3\xa9\" = 1\n"
				    "k = [\n  2, 3]";
	struct config_text text = config_text_of(bytes, strlen(bytes));
	const struct toml_node *root = parse(&text, ARRAY_SIZE(nodes));

	if (CHECK(root != NULL)) {
		const struct toml_node *table = toml_find(root, "t");
		const struct toml_node *key = table->first;
		const struct toml_node *array = toml_find(table, "k");

		CHECK_EQ(table->line, 2);
		CHECK_EQ(table->column, 2);
		CHECK_EQ(key->line, 3);
		CHECK_EQ(key->column, 3);
		CHECK_EQ(array->count, 2);
		CHECK_EQ(array->last->line, 5);
		CHECK_EQ(array->last->column, 6);
	}
	config_text_free(&text);
}

static const struct {
	const char *text, *says;
} wrong[] = {
	{"a = \xff", "1:5: this is not UTF-8, byte 0xff"},
	{"a = '\xed\xa0\x80'", "1:6: this is not UTF-8, byte 0xed"},
	{"a = '\xc3", "1:6: this is not UTF-8, byte 0xc3"},
	{"a = '\xc3\xa9\xf0\x9f\x98'", "1:7: this is not UTF-8, byte 0xf0"},
	{"\n# \x1b[31m", "2:3: control character 0x1b; of them only tabs and "
			 "ends of lines are allowed"},
	{"a = 1\rb = 2", "1:6: control character 0x0d; of them only tabs and "
			 "ends of lines are allowed"},
	{"a", "1:2: the = behind a key is missing at the end of the file"},
	{"a =\n", "1:4: a value is missing at the end of the line"},
	{"a = \xc3\xa9", "1:5: a value is missing here"},
	{"= 1", "1:1: a key (letters, digits, _ and -, or in quotation marks) "
		"is missing before '='"},
	{"a. = 1", "1:4: a key (letters, digits, _ and -, or in quotation "
		   "marks) is missing before '='"},
	{"a.b.c.d.e.f.g.h.i = 1", "1:17: a key of more than 8 parts"},
	{"a = 1 b = 2", "1:7: the end of the line is missing before 'b'"},
	{"a = '\xc3\xa9' b = 2",
	 "1:9: the end of the line is missing before 'b'"},
	{"[a] b = 2", "1:5: the end of the line is missing before 'b'"},
	{"[a\n", "1:3: the ] of a header is missing at the end of the line"},
	{"[[a] ]", "1:4: the ]] of a header is missing before ']'"},
	{"[]", "1:2: a key (letters, digits, _ and -, or in quotation marks) "
	       "is missing before ']'"},
	{"a = 'x\n'", "1:7: a string has no closing quotation mark"},
	{"a = \"\"\"x\n\"\"", "2:3: a string has no closing quotation mark"},
	{"a = \"\\x41\"", "1:7: no such escape; there are \\b \\t \\n \\f \\r "
			  "\\\" \\\\ \\uXXXX \\UXXXXXXXX"},
	{"a = \"\\u12g4\"",
	 "1:10: \\u takes 4 hexadecimal digits, \\U takes 8"},
	{"a = \"\\ud800\"", "1:12: the digits before this are no character of "
			    "Unicode"},
	{"a = \"\"\"\\ x\"\"\"", "1:10: a backslash ahead of blanks, which is "
				 "for the end of a line"},
	{"a = 1.5", "1:5: a float, which is not used here; integers are"},
	{"a = -1e5", "1:5: a float, which is not used here; integers are"},
	{"a = +inf", "1:5: a float, which is not used here; integers are"},
	{"a = nan", "1:5: a float, which is not used here; integers are"},
	{"a = 1979-05-27", "1:5: a date or time, which is not used here"},
	{"a = [07:32:00]", "1:6: a date or time, which is not used here"},
	{"a = 9223372036854775808",
	 "1:5: an integer is from -9223372036854775808 to "
	 "9223372036854775807"},
	{"a = 0xffff_ffff_ffff_ffff_f",
	 "1:5: an integer is from -9223372036854775808 to "
	 "9223372036854775807"},
	{"a = 010", "1:5: a decimal integer does not begin with 0; an octal "
		    "one begins with 0o"},
	{"a = yes", "1:5: no value; there are strings in quotation marks, "
		    "integers (decimal, 0x, 0o, 0b), true, false, [arrays] "
		    "and {tables}"},
	{"a = 1__0", "1:5: no value; there are strings in quotation marks, "
		     "integers (decimal, 0x, 0o, 0b), true, false, [arrays] "
		     "and {tables}"},
	{"a = [1\n 2]", "2:2: a comma, or the ] of an array, is missing before "
			"'2'"},
	{"a = [1,", "1:8: a value is missing at the end of the file"},
	{"a = {b = 1,}", "1:12: a key (letters, digits, _ and -, or in "
			 "quotation marks) is missing before '}'"},
	{"a = {b = 1\n}", "1:11: a comma, or the } of a table, is missing at "
			  "the end of the line"},
	{"a = [[[[[[[[[1]]]]]]]]]",
	 "1:13: arrays and tables are nested more than 8 deep"},
	{"a = 1\na = 2", "2:1: 'a' is there already, in line 1, as an integer; "
			 "a key has one value"},
	{"[a]\n[b]\n[a]", "3:2: 'a' is there already, in line 1, as a table; "
			  "a table is defined once"},
	{"a.b = 1\n[a]", "2:2: 'a' is there already, in line 1, as a table; "
			 "a table is defined once"},
	{"a = {}\n[a.b]", "2:2: 'a' is there already, in line 1, as a table; "
			  "no header adds to that"},
	{"a = []\n[[a]]", "2:3: 'a' is there already, in line 1, as an array; "
			  "only [[headers]] add to [[headers]]"},
	{"a = {}\na.b = 1", "2:1: 'a' is there already, in line 1, as a "
			    "table; no dotted key adds to that"},
	{"[a.b]\n[a]\nb.c = 1", "3:1: 'b' is there already, in line 1, as a "
				"table; no dotted key adds to that"},
	{"\"\\u001b[2J\" = 1\n\"\\u001b[2J\" = 1",
	 "2:1: '?[2J' is there already, in line 1, as an integer; a key has "
	 "one value"},
};

static void what_is_wrong_is_told_with_its_place(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		check_tree(wrong[i].text, wrong[i].says);
	}
}

static void the_nodes_may_run_out(void)
{
	static const char bytes[] = "a = 1\nb = [2, 3]";
	struct config_text text = config_text_of(bytes, strlen(bytes));

	CHECK(parse(&text, 5) != NULL);
	config_text_free(&text);
	for (u32 size = 1; size < 5; size++) {
		text = config_text_of(bytes, strlen(bytes));
		CHECK(parse(&text, size) == NULL);
		CHECK(strncmp(error.text, "there are more than ", 20) == 0);
		config_text_free(&text);
	}
	text = config_text_of("", 0);
	CHECK(parse(&text, 0) == NULL);
	CHECK_STR(config_text_error(&error), "0:0: no room for a document");
	config_text_free(&text);
}

static const struct unit_test tests[] = {
	UNIT_TEST(an_empty_document_is_an_empty_table),
	UNIT_TEST(integers_of_every_base),
	UNIT_TEST(strings_are_decoded_where_they_stand),
	UNIT_TEST(strings_end_in_nul),
	UNIT_TEST(arrays_and_tables_nest),
	UNIT_TEST(nodes_know_where_they_stand),
	UNIT_TEST(what_is_wrong_is_told_with_its_place),
	UNIT_TEST(the_nodes_may_run_out),
};

int main(void)
{
	return UNIT_RUN(tests);
}
