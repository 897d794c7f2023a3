#include "fuzz/fuzz_random.h"

/* SplitMix64: "Fast Splittable Pseudorandom Number Generators", 2014. */
u64 fuzz_random_bits(struct fuzz_random *random)
{
	u64 z = random->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

u64 fuzz_random_below(struct fuzz_random *random, u64 bound)
{
	return fuzz_random_bits(random) % bound;
}

bool fuzz_random_once_in(struct fuzz_random *random, u64 times)
{
	return fuzz_random_below(random, times) == 0;
}

u64 fuzz_random_value(struct fuzz_random *random)
{
	u64 bits = fuzz_random_bits(random);

	switch (bits >> 61) {
	case 0:
		return 0;
	case 1:
		return UINT64_MAX;
	case 2:
		return BIT(bits & 63);
	case 3:
		return BIT(bits & 63) - 1;
	case 4:
		return 0 - BIT(bits & 63);
	case 5:
		return bits & 0xff;
	case 6:
		return (u32)bits;
	default:
		return bits;
	}
}

u64 fuzz_random_near(struct fuzz_random *random, u64 value)
{
	u64 changes = fuzz_random_below(random, 4);

	for (u64 i = 0; i < changes; i++) {
		value ^= BIT(fuzz_random_below(random, 64));
	}
	return value;
}
