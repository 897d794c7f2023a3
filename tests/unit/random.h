#pragma once
/*
 * Numbers without order, the same in every run, so that what fails once fails
 * again.
 */
#include "lib/types.h"

/* 64 bits each of which is 0 or 1 as likely: the generator xorshift64*. */
static inline u64 random_u64(void)
{
	static u64 state = 0x9e3779b97f4a7c15;

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1d;
}

/* 0 .. limit-1. limit: not 0. */
static inline u64 random_below(u64 limit)
{
	return (random_u64() >> 16) % limit;
}
