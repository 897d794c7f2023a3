#pragma once
/*
 * Numbers without order, the same in every run, so that what fails once fails
 * again.
 */
#include "lib/types.h"

static u64 random_state = 0x9e3779b97f4a7c15;

/* Another order of numbers; 0 is taken for 1. */
static inline void random_seed(u64 seed)
{
	random_state = seed == 0 ? 1 : seed;
}

/* 64 bits each of which is 0 or 1 as likely: the generator xorshift64*. */
static inline u64 random_u64(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * 0x2545f4914f6cdd1d;
}

/* 0 .. limit-1. limit: not 0. */
static inline u64 random_below(u64 limit)
{
	return (random_u64() >> 16) % limit;
}
