#pragma once
/*
 * Writing boot information into guest RAM, piece after piece.
 *
 * Once a piece has failed the rest do nothing: the error is looked at once, at
 * the end.
 */
#include "guest_memory.h"

struct info_writer {
	struct guest_memory *memory;
	gpa_t at;  /* where the next piece goes */
	gpa_t end; /* nothing is written from here on */
	struct error error;
};

/*
 * Is there a place for boot information at all? Errors: guest RAM that does not
 * reach beyond 1 MiB; a command line of GUEST_CMDLINE_MAX bytes or more.
 */
struct error info_writer_check(const struct guest_memory *memory,
			       const char *cmdline);

/*
 * Writes size bytes, and steps over them. Errors: the piece goes past the end;
 * no memory for guest RAM.
 */
void info_writer_put(struct info_writer *writer, const void *bytes, u64 size);

/* Writes a string with its NUL, and gives its address. */
u32 info_writer_string(struct info_writer *writer, const char *string);

/* Writes zeros up to the next multiple of to, a power of two up to 16. */
void info_writer_align(struct info_writer *writer, unsigned int to);
