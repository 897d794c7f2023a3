#pragma once
/*
 * How a guest of many has ended: in a few words.
 */
#include "guest_run.h"

/* Prints it, without a line's end. Not for GUEST_NOT_ENTERED. */
void seeds_end_print(const struct guest_cpu *cpu, const struct guest_end *end);

/* Can a guest bring this end about? If not, it is a mistake of the host's. */
bool seeds_end_is_the_guests(const struct guest_end *end);
