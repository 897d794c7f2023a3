#pragma once
/*
 * Interrupts between the users of a channel.
 */
#include "channel/channel_table.h"

/*
 * The guest of that number has its publisher, or where it is that itself the
 * subscribers, interrupted: see HYPERCALL_CHANNEL_NOTIFY. The registry's lock
 * is taken inside.
 */
enum channel_code channel_notify(struct channel_registry *registry, u32 number,
				 u64 publisher, u64 key);
