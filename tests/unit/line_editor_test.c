/*
 * The editor of lines: keys go in, and what is seen is compared with the line
 * that the editor has.
 *
 * modules: h5-multivcpu/console/line_editor.c
 * modules: h5-multivcpu/console/line_history.c h5-multivcpu/console/line_key.c
 */
#include "console/line_editor.h"
#include "random.h"
#include "screen_line.h"
#include "unit.h"

#define LEFT  "\033[D"
#define RIGHT "\033[C"
#define UP    "\033[A"
#define DOWN  "\033[B"

static struct line_editor editor;
static struct screen_line screen;
static char sent[4096];
static size_t sent_length;

static void write(void *to, const char *text, size_t length)
{
	CHECK(to == &screen);
	CHECK(length > 0);
	for (size_t i = 0; i < length; i++) {
		screen_line_byte(&screen, text[i]);
		if (sent_length < sizeof(sent) - 1) {
			sent[sent_length++] = text[i];
		}
	}
	sent[sent_length] = '\0';
}

/* Knows two words. */
static u32 complete(char *line, u32 length, u32 most)
{
	static const char *const words[] = {"start ", "stop"};

	for (u32 i = 0; i < 2; i++) {
		u32 all = (u32)strlen(words[i]);

		if (length == 3 && most >= all &&
		    strncmp(words[i], line, length) == 0) {
			memcpy(line, words[i], all);
			return all;
		}
	}
	return length;
}

static void begin(void)
{
	memset(&screen, 0, sizeof(screen));
	memset(&editor, 0, sizeof(editor));
	sent_length = 0;
	editor.prompt = "> ";
	editor.write = write;
	editor.to = &screen;
	editor.complete = complete;
	line_editor_init(&editor);
	line_editor_start(&editor);
}

/* Types; gives how many lines have been completed. */
static u32 type(const char *keys)
{
	u32 lines = 0;

	for (; *keys != '\0'; keys++) {
		if (line_editor_key(&editor, (u8)*keys)) {
			lines++;
			CHECK_EQ(strlen(editor.line), editor.length);
			line_editor_start(&editor);
		}
	}
	return lines;
}

/* The line is this, with a mark where the cursor stands, and it is seen. */
static void line_is(const char *marked)
{
	char line[LINE_HISTORY_LENGTH + 2];
	char seen[LINE_HISTORY_LENGTH + 4];
	u32 cursor = (u32)strcspn(marked, "_");

	snprintf(line, sizeof(line), "%.*s%s", (int)cursor, marked,
		 marked + cursor + 1);
	CHECK_EQ(editor.length, strlen(line));
	CHECK(memcmp(editor.line, line, editor.length) == 0);
	CHECK_EQ(editor.cursor, cursor);
	snprintf(seen, sizeof(seen), "> %s", line);
	CHECK(strncmp(screen.text, seen, strlen(seen)) == 0);
	CHECK_EQ(strspn(screen.text + strlen(seen), " "),
		 strlen(screen.text) - strlen(seen));
	CHECK_EQ(screen.cursor, 2 + cursor);
}

static void types_and_ends(void)
{
	begin();
	CHECK_EQ(type("vm list"), 0);
	line_is("vm list_");
	CHECK(line_editor_key(&editor, '\r'));
	CHECK_STR(editor.line, "vm list");
	CHECK_STR(sent, "> vm list\n");
	line_editor_start(&editor);
	line_is("_");
}

static void every_kind_of_line_end(void)
{
	begin();
	CHECK_EQ(type("a\rb\nc\r\nd\r\n\n\r\re\n"), 8);
	CHECK_STR(sent, "> a\n> b\n> c\n> d\n> \n> \n> \n> e\n> ");
	/* LF long after CR is one that was typed. */
	CHECK_EQ(type("f\rg"), 1);
	CHECK_EQ(type("\n"), 1);
}

static void corrects(void)
{
	begin();
	type("vn\bm  lost\177\177\177\177list");
	line_is("vm  list_");
	type(LEFT LEFT LEFT LEFT "\b\bx " RIGHT);
	line_is("vmx l_ist");
	type("\033[Hy\004\004");
	line_is("y_x list");
}

static void moves(void)
{
	begin();
	type("abc" LEFT LEFT);
	line_is("a_bc");
	type("\001");
	line_is("_abc");
	type("\005");
	line_is("abc_");
	type("\033OH");
	line_is("_abc");
	type("\033OF");
	line_is("abc_");
	type("\033[1~");
	line_is("_abc");
	type("\033[4~");
	line_is("abc_");
	type("\002\002\006");
	line_is("ab_c");
	type("\033[1;5D");
	line_is("a_bc");
	type("\033[3~");
	line_is("a_c");
	CHECK_EQ(screen.bells, 0);
}

static void kills(void)
{
	begin();
	type("one two  three" LEFT LEFT "\027");
	line_is("one two  _ee");
	type("\027");
	line_is("one _ee");
	type("\013");
	line_is("one _");
	type("more" LEFT LEFT "\025");
	line_is("_re");
	CHECK_EQ(screen.bells, 0);
}

static void rings_where_nothing_can_be_done(void)
{
	static const char *const keys[] = {
		"\b", "\177", "\004", "\027",	 "\025", LEFT,	 RIGHT,	 UP,
		DOWN, "\t",   "\023", "\033[3~", "\200", "\377", "\020",
	};

	begin();
	for (u32 i = 0; i < ARRAY_SIZE(keys); i++) {
		type(keys[i]);
		CHECK_EQ(screen.bells, i + 1);
	}
	line_is("_");
}

static void keys_that_it_does_not_know(void)
{
	begin();
	type("a\033[5~b\033[Zc\033xd\033[11;22~e\033OPf");
	line_is("abcdef_");
	/* A line's end ends the key as well. */
	CHECK_EQ(type("\033\rx\033[\ny\033[12\n"), 3);
	type("\033\033[H");
	CHECK_EQ(screen.bells, 0);
}

static void gives_a_line_up(void)
{
	begin();
	type("vm destroy 1" LEFT LEFT);
	CHECK_EQ(type("\003"), 0);
	CHECK_STR(screen.last, "> vm destroy 1^C");
	line_is("_");
	type(UP);
	line_is("_");
}

static void a_long_line_has_an_end(void)
{
	char line[LINE_HISTORY_LENGTH + 2];

	begin();
	memset(line, 'x', LINE_HISTORY_LENGTH);
	strcpy(line + LINE_HISTORY_LENGTH, "_");
	for (u32 i = 0; i < LINE_HISTORY_LENGTH; i++) {
		type("x");
	}
	CHECK_EQ(screen.bells, 0);
	type("yz");
	CHECK_EQ(screen.bells, 2);
	line_is(line);
	CHECK_EQ(type("\n"), 1);
	type(UP);
	line_is(line);
}

static void calls_lines_back(void)
{
	begin();
	type("first\nsecond\nsecond\n\nthird, longer\n");
	type("new" UP);
	line_is("third, longer_");
	type(UP);
	line_is("second_");
	type(UP UP);
	line_is("first_");
	CHECK_EQ(screen.bells, 1);
	type(DOWN " x");
	line_is("second x_");
	CHECK_EQ(type("\n"), 1);
	type(UP UP);
	line_is("third, longer_");
	type(DOWN DOWN);
	line_is("_");
}

static void keeps_the_last_lines(void)
{
	char line[16];

	begin();
	for (u32 i = 0; i < 50; i++) {
		snprintf(line, sizeof(line), "line %u\n", i);
		type(line);
	}
	for (u32 i = 0; i < 50; i++) {
		type(UP);
	}
	CHECK_EQ(screen.bells, 50 - LINE_HISTORY_SIZE);
	snprintf(line, sizeof(line), "line %u_", 50 - LINE_HISTORY_SIZE);
	line_is(line);
}

static void completes(void)
{
	begin();
	type("sta\t");
	line_is("start _");
	type("\025sto\t");
	line_is("stop_");
	CHECK_EQ(screen.bells, 0);
	type("\t");
	CHECK_EQ(screen.bells, 1);
	/* In the midst of a line nothing is completed. */
	type("\025sta" LEFT "\t");
	line_is("st_a");
	CHECK_EQ(screen.bells, 2);
}

static void shows_the_line_anew(void)
{
	begin();
	type("abc" LEFT);
	screen_line_clear(&screen);
	type("\014");
	line_is("ab_c");
}

/* The log of a script is what it would look like on paper. */
static void a_script_leaves_a_plain_log(void)
{
	begin();
	CHECK_EQ(type("vm list\nvm start 1\nquit\n"), 3);
	CHECK_STR(sent, "> vm list\n> vm start 1\n> quit\n> ");
}

/* Any bytes, more often those that do something. */
static u8 random_key(void)
{
	static const u8 keys[] = "\b\177\001\002\004\005\006\013\014\020\016"
				 "\025\027\t\r\n\003\033\033\033\033[[[[OABCDHF"
				 "13478~; ";

	switch (random_below(4)) {
	case 0:
		return (u8)random_u64();
	case 1:
		return (u8)('a' + random_below(26));
	default:
		return keys[random_below(sizeof(keys) - 1)];
	}
}

/* The prompt, the line, and nothing else but blanks. */
static bool shows_the_line(const char *seen)
{
	const char *behind = seen + 2 + editor.length;

	return strncmp(seen, "> ", 2) == 0 &&
	       memcmp(seen + 2, editor.line, editor.length) == 0 &&
	       strspn(behind, " ") == strlen(behind);
}

static void what_is_seen_is_the_line(void)
{
	u32 lines = 0;

	begin();
	for (u32 i = 0; i < 200000; i++) {
		sent_length = 0;
		if (line_editor_key(&editor, random_key())) {
			lines++;
			CHECK(shows_the_line(screen.last));
			line_editor_start(&editor);
		}
		if (!CHECK(editor.length <= LINE_HISTORY_LENGTH &&
			   editor.cursor <= editor.length)) {
			return;
		}
		CHECK_EQ(screen.cursor, 2 + editor.cursor);
		if (!CHECK(shows_the_line(screen.text))) {
			return;
		}
	}
	CHECK(lines > 1000);
}

static const struct unit_test tests[] = {
	UNIT_TEST(types_and_ends),
	UNIT_TEST(every_kind_of_line_end),
	UNIT_TEST(corrects),
	UNIT_TEST(moves),
	UNIT_TEST(kills),
	UNIT_TEST(rings_where_nothing_can_be_done),
	UNIT_TEST(keys_that_it_does_not_know),
	UNIT_TEST(gives_a_line_up),
	UNIT_TEST(a_long_line_has_an_end),
	UNIT_TEST(calls_lines_back),
	UNIT_TEST(keeps_the_last_lines),
	UNIT_TEST(completes),
	UNIT_TEST(shows_the_line_anew),
	UNIT_TEST(a_script_leaves_a_plain_log),
	UNIT_TEST(what_is_seen_is_the_line),
};

int main(void)
{
	return UNIT_RUN(tests);
}
