#pragma once
/*
 * The hypervisor's own reports, as a part of what is seen at the terminal.
 */
#include "console/terminal_output.h"

/*
 * From now on, what printk() prints goes to the terminal in whole lines, those
 * of each CPU by themselves. cpus: how many CPUs print, their numbers being 0
 * .. cpus-1. When the kernel ends, what waits at the terminal is written, and
 * printk() has the console back. The terminal stays the caller's until then.
 */
void terminal_printk_begin(struct terminal_output *terminal, u32 cpus);
