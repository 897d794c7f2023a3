#pragma once
/*
 * The hypercalls of channels: registers to arguments, and results back.
 */
#include "channel/channel.h"
#include "vcpu.h"

/* Is it one of the numbers of channels? */
static inline bool channel_call_is(u64 number)
{
	return number >= HYPERCALL_CHANNEL_FIRST &&
	       number <= HYPERCALL_CHANNEL_LAST;
}

/*
 * Serves the call that the registers of guest hold, at CPL 0: see
 * abi/channel_abi.h. Its machine lock is held.
 */
void channel_call(struct channel_registry *registry, u32 guest,
		  union vcpu_registers *registers);
