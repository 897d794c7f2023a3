#pragma once
/*
 * Which unit is next on a CPU, out of the queues of all.
 */
#include "scheduler/sched_cpus.h"

/*
 * Takes out of its queue the unit that is next on the running CPU, number, and
 * makes it Running there. NULL: nobody waits for this CPU.
 */
struct sched_unit *sched_pull(struct sched_cpus *cpus, u32 number);
