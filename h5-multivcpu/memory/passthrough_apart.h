#pragma once
/*
 * A device is one machine's: plans of several must not have anything in common.
 */
#include "memory/passthrough.h"

/*
 * Error: a port or an address of the host's is in both plans; the value is the
 * first of these that was found.
 */
struct error passthrough_apart(const struct passthrough_plan *plan,
			       const struct passthrough_plan *other);
