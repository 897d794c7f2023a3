#pragma once
/*
 * How often something took how long, in bounded memory.
 *
 * Numbers below 32 are kept as they are; above, each power of two is parted
 * into 16 buckets of equal width, so that a number is known to less than 1/16
 * of itself. From TICK_HISTOGRAM_LIMIT on all share the last bucket.
 */
#include "lib/types.h"

#define TICK_HISTOGRAM_PARTS_LOG2 4
#define TICK_HISTOGRAM_PARTS	  (1u << TICK_HISTOGRAM_PARTS_LOG2)
#define TICK_HISTOGRAM_LIMIT_LOG2 36
#define TICK_HISTOGRAM_LIMIT	  BIT(TICK_HISTOGRAM_LIMIT_LOG2)

/* The numbers below PARTS, and each power of two from PARTS to the limit. */
#define TICK_HISTOGRAM_BUCKETS                                         \
	((1 + TICK_HISTOGRAM_LIMIT_LOG2 - TICK_HISTOGRAM_PARTS_LOG2) * \
	 TICK_HISTOGRAM_PARTS)

/* Empty where all of it is 0. */
struct tick_histogram {
	u64 count;
	u64 least, most; /* exact; without meaning while count is 0 */
	u64 bucket[TICK_HISTOGRAM_BUCKETS];
};

void tick_histogram_add(struct tick_histogram *histogram, u64 ticks);

/*
 * The median, or of an even count the lower of the two in the middle, rounded
 * down to where its bucket begins, but not below the least. 0 without numbers.
 */
u64 tick_histogram_median(const struct tick_histogram *histogram);
