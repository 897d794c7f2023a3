#pragma once
/*
 * Text for gdb's own window, in the packet O.
 */
#include "lib/types.h"

/* Takes a part of a line, and sends it when a newline completes it. */
void gdb_output_text(const char *text, size_t length);

/* Sends what there is of a line. */
void gdb_output_flush(void);
