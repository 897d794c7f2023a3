#pragma once
/*
 * A table of what an EPT maps, for people.
 */
#include "ept.h"

/*
 * Prints a line for each run of pages of one size, adjacent on both sides and
 * alike in rights and memory type, then a line of totals:
 *
 *	gpa 0x000000000000-0x000003ffffff -> hpa 0x000010000000 rwx WB 32 x 2M
 *	3 tables; pages of 1G: 0, of 2M: 32, of 4K: 0
 *
 * print: printk, or whatever takes its arguments.
 */
void ept_print(const struct ept *ept,
	       void (*print)(const char *fmt, ...)
		       __attribute__((format(printf, 1, 2))));

/* Prints each entry on EPT's way from gpa, and where it ends. */
void ept_print_translation(const struct ept *ept, gpa_t gpa,
			   void (*print)(const char *fmt, ...)
				   __attribute__((format(printf, 1, 2))));
