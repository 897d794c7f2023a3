#pragma once
/*
 * The machine's serial port as the terminal of all virtual machines and of the
 * management console.
 */
#include "console/monitor_ops.h"
#include "console/terminal_output.h"

/*
 * Takes the console: what printk() prints goes through the terminal too, and a
 * key has the boot processor look at it. Called there.
 */
struct terminal_output *
host_terminal_begin(const struct monitor_ops *monitor_ops);

/* The first virtual machine has the keys; or, if asked for, the monitor. */
void host_terminal_give(u32 vm, bool monitor);

/* On the boot processor, between units: takes keys, and keeps the time. */
void host_terminal_serve(void);

/* Has somebody the management console open, and not closed it? */
bool host_terminal_is_asked(void);

/* Gives the console back to the kernel. */
void host_terminal_end(void);
