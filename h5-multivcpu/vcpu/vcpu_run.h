#pragma once
/*
 * A vCPU as the scheduler sees it: it runs until its slice is over, it has
 * nothing to do, or its machine wants it no more.
 */
#include "vcpu/guest_vcpu.h"

extern const struct sched_ops vcpu_run_ops;
