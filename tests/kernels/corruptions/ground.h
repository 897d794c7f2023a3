#pragma once
/*
 * Memory for settings and corruptions to refer to.
 */
#include "change.h"
#include "lib/error.h"

/*
 * Fills in the addresses of ground but vmcs and vmcall, and what lies there;
 * caps and cpu must be set. It is never given back. Errors: no free frame, or
 * none below 4 GiB, where a guest with PAE paging has its table.
 */
struct error ground_prepare(struct ground *ground);
