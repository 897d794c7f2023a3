#pragma once
/*
 * What it costs to go from one guest to the other on the same CPU: from the
 * last instruction of the one to the first of the other.
 *
 * Two guests share a channel and write the time into it, over and over. Who
 * finds that the other one was the last to write has just got the CPU. The
 * clocks of two guests differ, but what the one finds too much on its way the
 * other finds too little on the way back: half of both together is the cost,
 * whatever the clocks are. It means something only where the two have one CPU
 * between them and their slices alone make them take turns.
 */
#include "boot/kernel.h"

/*
 * Publishes the channel, takes turns, and prints `bench: vm-switch N ticks`.
 * Failure: no channel, or no other guest for too long.
 */
enum kernel_status bench_switch_publish(void);

/* Takes turns with the guest of number publisher, as soon as it is there. */
enum kernel_status bench_switch_subscribe(u64 publisher);
