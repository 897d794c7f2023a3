#include "console/command.h"
#include "console/command_table.h"
#include "lib/printk.h"
#include "lib/string.h"

#define PRINT_MAX 256

void command_print(struct commander *commander, const char *fmt, ...)
{
	char text[PRINT_MAX];
	va_list args;

	va_start(args, fmt);
	int length = vformat(text, sizeof(text), fmt, args);

	va_end(args);
	commander->write(commander->to, text,
			 min_u64((u64)length, sizeof(text) - 1));
}

/* Takes a line apart. Words that find no room are counted. */
static struct command_words split(char *line)
{
	struct command_words words = {.count = 0};

	for (;;) {
		while (*line == ' ') {
			*line++ = '\0';
		}
		if (*line == '\0') {
			return words;
		}
		if (words.count < COMMAND_WORDS_MAX) {
			words.word[words.count] = line;
		}
		words.count++;
		while (*line != ' ' && *line != '\0') {
			line++;
		}
	}
}

static void drop_words(struct command_words *words, u32 count)
{
	words->count -= count;
	memmove(words->word, words->word + count,
		(COMMAND_WORDS_MAX - count) * sizeof(words->word[0]));
}

/*
 * Says what there is instead. Where the first word is right, the second one is
 * not.
 */
static void say_unknown(struct commander *commander,
			const struct command_words *words)
{
	const char *separator = "say";

	for (u32 i = 0; command_table_at(i) != NULL; i++) {
		const struct command *command = command_table_at(i);

		if (strcmp(command->name, words->word[0]) == 0) {
			command_print(commander, "%s %s %s", separator,
				      command->name, command->second);
			separator = ",";
		}
	}
	if (*separator == ',') {
		command_print(commander, "\n");
	} else {
		command_print(commander,
			      "there is no command \"%s\"; say help\n",
			      words->word[0]);
	}
}

static const struct command *find(const struct command_words *words)
{
	for (u32 i = 0; command_table_at(i) != NULL; i++) {
		const struct command *c = command_table_at(i);

		if (strcmp(c->name, words->word[0]) == 0 &&
		    (*c->second == '\0' ||
		     (words->count > 1 &&
		      strcmp(c->second, words->word[1]) == 0))) {
			return c;
		}
	}
	return NULL;
}

/* "vm start N", padded for a table. */
static void print_usage(struct commander *commander,
			const struct command *command, int width)
{
	char usage[PRINT_MAX / 2];

	format(usage, sizeof(usage), "%s%s%s%s%s", command->name,
	       *command->second != '\0' ? " " : "", command->second,
	       *command->arguments != '\0' ? " " : "", command->arguments);
	command_print(commander, "%-*s", width, usage);
}

void command_run(struct commander *commander, char *line)
{
	struct command_words words = split(line);
	const struct command *command;

	commander->request = COMMAND_NOTHING;
	if (words.count == 0) {
		return;
	}
	command = find(&words);
	if (command == NULL) {
		say_unknown(commander, &words);
		return;
	}
	drop_words(&words, *command->second != '\0' ? 2 : 1);
	if (words.count < command->least || words.count > command->most) {
		command_print(commander, "say ");
		print_usage(commander, command, 0);
		command_print(commander, "\n");
		return;
	}
	command->run(commander, &words);
}

void command_help(struct commander *commander,
		  const struct command_words *words)
{
	bool found = false;

	for (u32 i = 0; command_table_at(i) != NULL; i++) {
		const struct command *command = command_table_at(i);

		if (words->count == 0 ||
		    strcmp(command->name, words->word[0]) == 0) {
			found = true;
			print_usage(commander, command, 22);
			command_print(commander, " %s\n", command->help);
		}
	}
	if (!found) {
		say_unknown(commander, words);
	} else if (words->count == 0) {
		command_print(commander,
			      "N is a virtual machine's id or name, V the "
			      "number of its vCPU. Ctrl-A h tells the keys.\n");
	}
}
