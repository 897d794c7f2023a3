#include "console/command_complete.h"
#include "console/command_table.h"
#include "lib/printk.h"
#include "lib/string.h"

/* "vm list ", and "help " for a command of one word. */
#define NAME_SIZE 32

static void name_of(const struct command *command, char *name)
{
	bool two = *command->second != '\0';

	format(name, NAME_SIZE, "%s %s%s", command->name, command->second,
	       two ? " " : "");
}

static u32 common_length(const char *a, const char *b)
{
	u32 length = 0;

	while (a[length] != '\0' && a[length] == b[length]) {
		length++;
	}
	return length;
}

u32 command_complete(char *line, u32 length, u32 most)
{
	char name[NAME_SIZE];
	char common[NAME_SIZE] = "";
	bool found = false;
	u32 end;

	for (u32 i = 0; command_table_at(i) != NULL; i++) {
		name_of(command_table_at(i), name);
		if (length >= strlen(name) ||
		    strncmp(name, line, length) != 0) {
			continue;
		}
		if (!found) {
			memcpy(common, name, sizeof(common));
		}
		found = true;
		common[common_length(common, name)] = '\0';
	}
	end = (u32)min_u64(strlen(common), most);
	if (end <= length) {
		return length;
	}
	memcpy(line + length, common + length, end - length);
	return end;
}
