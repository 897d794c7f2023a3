#pragma once
/*
 * What a thread holds in its hands while it is interrupted.
 */
#include "lib/types.h"

/*
 * Fills every general register but RSP, the flags and some words of the stack
 * with values made of pattern, counts loops down to 0 without touching any of
 * them, and looks at them again. flags: RFLAGS meanwhile; the direction flag
 * is clear again afterwards. loops: at least 1. False: something has changed.
 */
bool thread_registers_hold(u64 pattern, u64 loops, u64 flags);
