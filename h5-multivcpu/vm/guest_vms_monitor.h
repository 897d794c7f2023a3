#pragma once
/*
 * The virtual machines as the management console has them.
 */
#include "console/monitor_ops.h"

extern const struct monitor_ops guest_vms_monitor_ops;

/* Has `quit` been given? */
bool guest_vms_quit_wanted(void);
