#pragma once
/*
 * How a function says why it could not do its work.
 *
 * An error carries one sentence and one number. Whoever calls decides whether
 * to print it, so nothing below main.c prints; the sentence is written so that
 * the number, in hexadecimal, can follow it:
 *
 *	printk("%s: %s: %#lx\n", path, error.what, error.value);
 */
#include "lib/types.h"

struct error {
	const char *what; /* a constant sentence; NULL means success */
	u64 value;	  /* the number that the sentence speaks of */
};

#define SUCCESS ((struct error){.what = NULL})

static inline struct error failure(const char *what, u64 value)
{
	return (struct error){.what = what, .value = value};
}

static inline bool failed(struct error error)
{
	return error.what != NULL;
}
