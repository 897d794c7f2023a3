#pragma once
/*
 * Numbers that a person has written.
 */
#include "lib/types.h"

/*
 * Reads a number that is all of text, decimal or 0x-hexadecimal. False, and
 * number as it was, where it is none, or does not fit 64 bits.
 */
bool parse_number(const char *text, u64 *number);
