#pragma once
/*
 * common/memory/frames.h for tests on the host: each block is an allocation of
 * its own, so that the sanitizers see every byte that is touched beside it, and
 * memory can run out when a test wants it to.
 */
#include "memory/frames.h"

/* Gives out any number of blocks of any order again, as at the beginning. */
void fake_frames_reset(void);

/* The next count allocations succeed, and none after them. */
void fake_frames_fail_after(u64 count);

/* Blocks above the order cannot be had. */
void fake_frames_limit_order(unsigned int order);

/* How many blocks are given out, and how many frames they have. */
u64 fake_frames_outstanding(void);
u64 fake_frames_outstanding_frames(void);

/* Is the address, for size bytes, in one block that is given out? */
bool fake_frames_owns(hpa_t address, u64 size);

/*
 * frames_take() finds frames at any addresses at which this process has nothing
 * else, of which only what is touched exists. How many are out?
 */
u64 fake_frames_taken(void);
