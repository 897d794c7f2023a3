#pragma once
/*
 * The kernel's command line: words separated by spaces. A word is a switch
 * ("lazy") or an option with a value ("mem=64"). Everything behind the word
 * "--" is not the kernel's but its guest's.
 */
#include "lib/types.h"

/* Is the switch word there? */
bool cmdline_has(const char *cmdline, const char *word);

/* Is the option called name there, whatever its value? */
bool cmdline_has_value(const char *cmdline, const char *name);

/*
 * Copies the value of the option called name to value (size bytes at most,
 * NUL included). False when the option is not there or its value too long.
 */
bool cmdline_value(const char *cmdline, const char *name, char *value,
		   size_t size);

/*
 * The value of an option as a number, decimal or 0x-hexadecimal. False, and
 * number as it was, when the option is not there, is not wholly a number or
 * does not fit 64 bits.
 */
bool cmdline_number(const char *cmdline, const char *name, u64 *number);

/* The same for two numbers, FIRST-LAST, of which the first is not larger. */
bool cmdline_range(const char *cmdline, const char *name, u64 *first,
		   u64 *last);

/*
 * The first word that known does not hold, copied to word (size bytes at
 * most, cut off if need be); false when there is none. known ends with NULL;
 * a name that ends in '=' stands for the option with any value.
 */
bool cmdline_unknown(const char *cmdline, const char *const known[], char *word,
		     size_t size);

/* What stands behind the word "--": the guest's command line, or "". */
const char *cmdline_guest(const char *cmdline);
