#pragma once
/*
 * Random numbers that are the same in each run with the same seed.
 */
#include "lib/types.h"

struct fuzz_random {
	u64 state;
};

/* Any 64 bits, all equally likely. */
u64 fuzz_random_bits(struct fuzz_random *random);

/* 0 .. bound - 1. bound: at least 1. */
u64 fuzz_random_below(struct fuzz_random *random, u64 bound);

/* True once in so many times, on average. */
bool fuzz_random_once_in(struct fuzz_random *random, u64 times);

/* What is wrong where software is: 0, all ones, single bits, edges, noise. */
u64 fuzz_random_value(struct fuzz_random *random);

/* The value with up to three bits changed, and often with none. */
u64 fuzz_random_near(struct fuzz_random *random, u64 value);
