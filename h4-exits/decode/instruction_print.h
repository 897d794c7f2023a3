#pragma once
/*
 * An instruction as text, in the manual's order of operands.
 */
#include "decode/instruction.h"

/*
 * For example "lock add dword [rbx+rcx*4+0x10], 0x1". size: of the buffer, NUL
 * included. Returns the length that the whole text has. 80 bytes are enough.
 */
int instruction_print(const struct instruction *instruction, char *buffer,
		      size_t size);
