#pragma once
/*
 * Who called whom, from the frame pointers that the compiler keeps.
 */
#include "lib/types.h"

/*
 * Prints the function that rip lies in, then its callers, found by following
 * the chain of saved RBP values from rbp. A chain that leaves mapped memory's
 * kernel data or does not grow upwards ends the trace.
 */
void backtrace_print(u64 rip, u64 rbp);
