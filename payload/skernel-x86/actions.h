#pragma once
/*
 * What skernel-x86 can be told to do, one word of its command line each. They
 * are done in the order of the table, not of the words.
 */
#include "boot/kernel.h"

/* The words, for kernel_options_known(). */
extern const char *const actions_words[];

/* Does what the words ask for. Most of those that misbehave do not return. */
enum kernel_status actions_run(const struct boot_info *boot);
