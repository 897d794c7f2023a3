/*
 * Who speaks at the terminal, and what is seen there.
 *
 * modules: h5-multivcpu/console/terminal_output.c
 * modules: h5-multivcpu/console/terminal_speaker.c
 */
#include "console/terminal_output.h"
#include "random.h"
#include "unit.h"

#include <pthread.h>
#include <sched.h>

#define SCREEN_SIZE (1u << 22)

static char screen[SCREEN_SIZE];
static size_t screen_length;
static struct terminal_output terminal;
static struct terminal_speaker one, two, host;

/* More than one CPU speaks: each lets the others in now and then. */
static bool crowded;

static void send(void *to, const char *bytes, size_t length)
{
	if (crowded && screen_length % 64 == 0) {
		sched_yield();
	}
	CHECK(to == screen);
	if (CHECK(length < SCREEN_SIZE - screen_length)) {
		memcpy(screen + screen_length, bytes, length);
		screen_length += length;
	}
}

static void clear_screen(void)
{
	memset(screen, 0, screen_length);
	screen_length = 0;
}

/* A terminal with the hypervisor's own reports and so many machines. */
static void begin(u32 machines)
{
	clear_screen();
	terminal_output_init(&terminal, send, screen);
	terminal_speaker_init(&host, "");
	terminal_speaker_init(&one, "vm1| ");
	terminal_speaker_init(&two, "vm2| ");
	terminal_output_add(&terminal, &host);
	terminal_output_add(&terminal, &one);
	if (machines > 1) {
		terminal_output_add(&terminal, &two);
	}
}

static void say(struct terminal_speaker *speaker, const char *text)
{
	terminal_output_say(&terminal, speaker, text, strlen(text));
}

/* As an emulated port does. */
static void say_bytes(struct terminal_speaker *speaker, const char *text)
{
	for (; *text != '\0'; text++) {
		terminal_output_say(&terminal, speaker, text, 1);
	}
}

static void tick(u32 count)
{
	while (count-- > 0) {
		terminal_output_tick(&terminal);
	}
}

/* Is this on the screen, since it was looked at last? */
#define SEEN(text)                       \
	do {                             \
		CHECK_STR(screen, text); \
		clear_screen();          \
	} while (0)

static void whole_lines_with_prefixes(void)
{
	begin(2);
	say_bytes(&one, "one ");
	say_bytes(&two, "two ");
	SEEN("");
	say_bytes(&two, "and more\n");
	SEEN("vm2| two and more\r\n");
	say(&host, "report\n");
	say_bytes(&one, "too\n\nlast");
	SEEN("report\r\nvm1| one too\r\nvm1| \r\n");
}

/* Even those of the live one, and of the only machine; not the host's. */
static void no_line_is_seen_before_it_is_whole(void)
{
	begin(1);
	terminal.whole_lines = true;
	terminal_output_focus(&terminal, &one);
	say_bytes(&one, "one ");
	tick(2 * TERMINAL_PATIENCE);
	SEEN("");
	say(&host, "report\n");
	SEEN("report\r\n");
	say_bytes(&one, "line\r\n");
	SEEN("one line\r\n");
	terminal_output_focus(&terminal, &host);
	say(&host, "tour> ");
	SEEN("tour> ");
}

static void line_ends_of_every_kind(void)
{
	begin(2);
	say_bytes(&one, "a\r\nb\n\rc\nd\r\r\ne\n");
	SEEN("vm1| a\r\nvm1| b\r\nvm1| c\r\nvm1| d\r\nvm1| e\r\n");
	say_bytes(&one, "\r\n\n\r\n");
	SEEN("vm1| \r\nvm1| \r\nvm1| \r\n");
}

/* Behind a CR that ends no line stands what overwrites it. */
static void a_line_that_begins_anew(void)
{
	begin(2);
	say_bytes(&one, "10%\r20%\r\n");
	SEEN("vm1| 10%\rvm1| 20%\r\n");
	terminal_output_focus(&terminal, &one);
	say_bytes(&one, "10%\r");
	SEEN("vm1| 10%");
	say_bytes(&one, "20%");
	SEEN("\rvm1| 20%");
	say_bytes(&one, "\r\n");
	SEEN("\r\n");
}

static void the_live_one_is_seen_as_it_speaks(void)
{
	begin(2);
	terminal_output_focus(&terminal, &one);
	say_bytes(&one, "log");
	SEEN("vm1| log");
	say_bytes(&one, "in: ");
	SEEN("in: ");
	say_bytes(&two, "waits\n");
	SEEN("");
	say_bytes(&one, "me\r\n$ ");
	SEEN("me\r\nvm2| waits\r\nvm1| $ ");
}

static void a_quiet_line_is_left_and_repeated(void)
{
	begin(2);
	terminal_output_focus(&terminal, &one);
	say(&one, "login: ");
	tick(1);
	SEEN("vm1| login: ");
	say(&two, "a\nb\nunfinished");
	say(&host, "report\n");
	tick(1);
	SEEN("\r\nvm2| a\r\nvm2| b\r\nreport\r\n");
	/* Nobody waits for an unfinished line. */
	say(&two, " c\n");
	SEEN("vm2| unfinished c\r\n");
	say(&one, "r");
	SEEN("vm1| login: r");
	say(&two, "d\n");
	tick(2);
	SEEN("\r\nvm2| d\r\n");
	tick(2);
	SEEN("vm1| login: r");
	tick(10);
	SEEN("");
}

static void patience_has_an_end(void)
{
	begin(2);
	terminal_output_focus(&terminal, &one);
	say(&one, "dots ");
	tick(1);
	say(&two, "waits\n");
	for (u32 i = 0; i < TERMINAL_PATIENCE - 1; i++) {
		say(&one, ".");
		tick(1);
	}
	SEEN("vm1| dots .........");
	say(&one, ".");
	tick(1);
	SEEN(".\r\nvm2| waits\r\n");
	/* And begins anew. */
	say(&one, ".");
	say(&two, "again\n");
	tick(1);
	say(&one, ".");
	tick(1);
	SEEN("vm1| dots ............");
}

static void who_has_no_room_does_not_wait(void)
{
	char line[101];

	begin(2);
	terminal_output_focus(&terminal, &one);
	say(&one, "prompt");
	clear_screen();
	memset(line, 'x', 99);
	line[99] = '\n';
	line[100] = '\0';
	for (u32 i = 0; i < 10; i++) {
		say(&two, line);
	}
	SEEN("");
	say(&two, line);
	CHECK(strncmp(screen, "\r\nvm2| xxx", 10) == 0);
	CHECK_EQ(screen_length, 2 + 11 * (5 + 99 + 2));
	clear_screen();
	say(&one, "!");
	SEEN("vm1| prompt!");
}

static void a_long_line_is_cut(void)
{
	static char text[3 * TERMINAL_SPEAKER_ROOM];
	size_t xs = 0;

	begin(2);
	memset(text, 'x', sizeof(text) - 2);
	text[sizeof(text) - 2] = '\n';
	say(&two, text);
	for (size_t i = 0; i < screen_length; i++) {
		xs += screen[i] == 'x';
	}
	CHECK_EQ(xs, sizeof(text) - 2);
	CHECK(strstr(screen, "x\r\nvm2| x") != NULL);
	CHECK(strstr(screen, "\r\nvm2| \r\n") == NULL);
	/* That of the live one is not. */
	clear_screen();
	terminal_output_focus(&terminal, &two);
	say(&two, text);
	CHECK_EQ(screen_length, 5 + sizeof(text) - 2 + 2);
	CHECK(strchr(screen, '\n') == screen + screen_length - 1);
	/* What is left of it is repeated in part. */
	text[sizeof(text) - 2] = '\0';
	say(&two, text);
	clear_screen();
	say(&host, "report\n");
	tick(2);
	SEEN("\r\nreport\r\n");
	say(&two, "y\n");
	CHECK(screen_length < TERMINAL_SPEAKER_ROOM + 10);
	CHECK(strncmp(screen, "vm2| x", 6) == 0);
	CHECK(strstr(screen, "xy\r\n") != NULL);
}

static void the_only_machine_has_the_screen(void)
{
	begin(1);
	terminal_output_focus(&terminal, &one);
	say_bytes(&one, "a\r\nb\n\rc\rd\033[2J\n\n\r");
	SEEN("a\r\nb\n\rc\rd\033[2J\n\n\r");
	/* The CR behind an LF is no line that others would wait for. */
	say(&host, "report\n");
	SEEN("report\r\n");
	say_bytes(&one, "$ ");
	say(&host, "another\n");
	SEEN("$ ");
	tick(2);
	SEEN("\r\nanother\r\n");
	/* Not live, it speaks in lines, and without change. */
	terminal_output_focus(&terminal, NULL);
	say_bytes(&one, "ls\r\n\rno");
	SEEN("$ ls\r\n\r");
}

static void prefixes_begin_with_the_second_machine(void)
{
	begin(1);
	say(&one, "alone\n");
	terminal_output_add(&terminal, &two);
	say(&one, "with another\n");
	terminal_output_remove(&terminal, &two);
	say(&one, "alone again\n");
	SEEN("alone\nvm1| with another\r\nvm1| alone again\r\n");
}

static void the_focus_moves(void)
{
	begin(2);
	say(&two, "two> ");
	terminal_output_focus(&terminal, &one);
	say(&one, "one> ");
	SEEN("vm1| one> ");
	terminal_output_focus(&terminal, &two);
	SEEN("\r\nvm2| two> ");
	terminal_output_focus(&terminal, &two);
	SEEN("");
	say(&one, "x\n");
	terminal_output_focus(&terminal, NULL);
	SEEN("\r\nvm1| one> x\r\n");
	terminal_output_focus(&terminal, &two);
	SEEN("vm2| two> ");
}

static void who_leaves_is_heard_out(void)
{
	begin(2);
	terminal_output_focus(&terminal, &one);
	say(&one, "prompt");
	say(&two, "whole\nlast words");
	clear_screen();
	terminal_output_remove(&terminal, &two);
	SEEN("\r\nvm2| whole\r\nvm2| last words\r\n");
	tick(2);
	SEEN("vm1| prompt");
	terminal_output_remove(&terminal, &one);
	SEEN("\r\n");
	CHECK(terminal.live == NULL && terminal.amid == NULL);
	CHECK(terminal.speakers == &host);
}

static void ends_and_flushes(void)
{
	begin(2);
	say(&one, "stopped here");
	terminal_output_end_line(&terminal, &one);
	terminal_output_end_line(&terminal, &one);
	SEEN("vm1| stopped here\r\n");
	terminal_output_focus(&terminal, &one);
	say(&one, "prompt");
	say(&two, "line\nbegun");
	say(&host, "also");
	terminal_output_flush(&terminal);
	CHECK(strncmp(screen, "vm1| prompt\r\n", 13) == 0);
	CHECK(strstr(screen, "vm2| line\r\nvm2| begun\r\n") != NULL);
	CHECK(strstr(screen, "also\r\n") != NULL);
	CHECK_EQ(screen_length, 13 + 11 + 12 + 6);
	/* Somebody was stopped while he spoke. */
	clear_screen();
	say(&one, "lost");
	terminal.lock.locked = 1;
	terminal_output_flush(&terminal);
	SEEN("vm1| lost\r\n");
}

/* An editor begins its line anew: only what it shows now is repeated. */
static void our_own_line_is_repeated_as_it_is(void)
{
	begin(2);
	terminal_output_focus(&terminal, &host);
	for (u32 i = 0; i < 1000; i++) {
		say(&host, "\rtour> vm list\033[K");
	}
	clear_screen();
	say(&two, "a\n");
	tick(2);
	tick(2);
	SEEN("\r\nvm2| a\r\n\rtour> vm list\033[K");
}

/* What speakers say: "a17." is a whole line of the first one. */
struct model {
	struct terminal_speaker speaker;
	char letter;
	u32 lines;
	char line[16]; /* what is left to be said of it */
	u32 seen;
};

#define MODELS 4u
static struct model models[MODELS];

static void next_line(struct model *model)
{
	snprintf(model->line, sizeof(model->line), "%c%u.\r\n", model->letter,
		 model->lines++);
}

/*
 * Says so many bytes of its line; the dot and the line's end together, so that
 * a line that was left has no dot.
 */
static void say_bytes_of(struct model *model, size_t count)
{
	size_t length = strlen(model->line);

	if (count + 3 > length) {
		count = length;
	}
	terminal_output_say(&terminal, &model->speaker, model->line, count);
	memmove(model->line, model->line + count, length + 1 - count);
	if (length == count) {
		next_line(model);
	}
}

static void begin_models(void)
{
	char prefix[8];

	clear_screen();
	terminal_output_init(&terminal, send, screen);
	for (u32 i = 0; i < MODELS; i++) {
		models[i] = (struct model){.letter = (char)('a' + i)};
		snprintf(prefix, sizeof(prefix), "%c| ", models[i].letter);
		terminal_speaker_init(&models[i].speaker, prefix);
		terminal_output_add(&terminal, &models[i].speaker);
		next_line(&models[i]);
	}
}

/* One line of the screen: of one speaker alone, and the next whole one of it.
 */
static bool line_is_fair(char *line)
{
	struct model *model;
	char expected[16];

	if (!CHECK(line[0] >= 'a' && line[0] < (char)('a' + MODELS))) {
		return false;
	}
	model = &models[line[0] - 'a'];
	snprintf(expected, sizeof(expected), "%c| %c%u.", model->letter,
		 model->letter, model->seen);
	if (strchr(line, '.') != NULL) {
		model->seen++;
		return CHECK_STR(line, expected);
	}
	/* One that was left, or that was cut by the end of the test. */
	return CHECK(strncmp(line, expected, strlen(line)) == 0);
}

static void all_is_fair(void)
{
	char *line = strtok(screen, "\r\n");

	while (line != NULL && line_is_fair(line)) {
		line = strtok(NULL, "\r\n");
	}
	for (u32 i = 0; i < MODELS; i++) {
		CHECK(models[i].seen + 1 >= models[i].lines);
	}
}

static void lines_stay_whole_and_in_order(void)
{
	u32 most = 0;

	for (u32 seed = 1; seed <= 200; seed++) {
		random_seed(seed);
		begin_models();
		for (u32 i = 0; i < 3000; i++) {
			u32 who = (u32)random_below(MODELS);

			switch (random_below(20)) {
			case 0:
				terminal_output_tick(&terminal);
				break;
			case 1:
				terminal_output_focus(&terminal,
						      &models[who].speaker);
				break;
			default:
				say_bytes_of(&models[who], 1 + random_below(5));
				break;
			}
		}
		terminal_output_flush(&terminal);
		all_is_fair();
		most = most > models[0].seen ? most : models[0].seen;
	}
	CHECK(most > 100);
}

static void *speak(void *model)
{
	for (u32 i = 0; i < 1000; i++) {
		say_bytes_of(model, 1);
	}
	return NULL;
}

static void several_cpus_speak_at_once(void)
{
	pthread_t threads[MODELS];

	begin_models();
	crowded = true;
	for (u32 i = 0; i < MODELS; i++) {
		CHECK_EQ(pthread_create(&threads[i], NULL, speak, &models[i]),
			 0);
	}
	for (u32 i = 0; i < 200; i++) {
		terminal_output_tick(&terminal);
		terminal_output_focus(&terminal, &models[i % MODELS].speaker);
	}
	for (u32 i = 0; i < MODELS; i++) {
		pthread_join(threads[i], NULL);
	}
	crowded = false;
	terminal_output_flush(&terminal);
	all_is_fair();
}

static const struct unit_test tests[] = {
	UNIT_TEST(whole_lines_with_prefixes),
	UNIT_TEST(no_line_is_seen_before_it_is_whole),
	UNIT_TEST(line_ends_of_every_kind),
	UNIT_TEST(a_line_that_begins_anew),
	UNIT_TEST(the_live_one_is_seen_as_it_speaks),
	UNIT_TEST(a_quiet_line_is_left_and_repeated),
	UNIT_TEST(patience_has_an_end),
	UNIT_TEST(who_has_no_room_does_not_wait),
	UNIT_TEST(a_long_line_is_cut),
	UNIT_TEST(the_only_machine_has_the_screen),
	UNIT_TEST(prefixes_begin_with_the_second_machine),
	UNIT_TEST(the_focus_moves),
	UNIT_TEST(who_leaves_is_heard_out),
	UNIT_TEST(ends_and_flushes),
	UNIT_TEST(our_own_line_is_repeated_as_it_is),
	UNIT_TEST(lines_stay_whole_and_in_order),
	UNIT_TEST(several_cpus_speak_at_once),
};

int main(void)
{
	return UNIT_RUN(tests);
}
