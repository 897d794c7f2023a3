#pragma once
/*
 * Completion of a command that was typed in part.
 */
#include "lib/types.h"

/*
 * Appends to a line of so many characters what all commands have in common that
 * begin like it, and a blank if there is one alone. Gives the new length, at
 * most most.
 */
u32 command_complete(char *line, u32 length, u32 most);
