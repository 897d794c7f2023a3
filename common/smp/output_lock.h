#pragma once
/*
 * Keeps the output of several CPUs apart, for printk_lock_with(). It may be
 * taken again by the CPU that has it: a trap handler prints in the midst of a
 * printk() that met a bad pointer.
 */
#include "lib/types.h"

void output_lock_take(void);
void output_lock_give(void);

/*
 * From now on printk() asks nobody, for a panic that has stopped the other
 * CPUs. Returns whether one of them was in the midst of a line.
 */
bool output_lock_break(void);
