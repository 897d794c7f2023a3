#pragma once
/*
 * Calls of channels as they should not be, and the code of each.
 */
#include "boot/kernel.h"

/*
 * Makes each wrong call, and the right ones that it takes; prints those whose
 * code is not what it should be, and how many there were. Nothing is left
 * published.
 */
enum kernel_status channel_misuse_run(void);
