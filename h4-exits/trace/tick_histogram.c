#include "trace/tick_histogram.h"

static unsigned int bucket_of(u64 ticks)
{
	unsigned int log2, part;

	if (ticks < TICK_HISTOGRAM_PARTS) {
		return (unsigned int)ticks;
	}
	if (ticks >= TICK_HISTOGRAM_LIMIT) {
		return TICK_HISTOGRAM_BUCKETS - 1;
	}
	log2 = 63 - (unsigned int)__builtin_clzll(ticks) -
	       TICK_HISTOGRAM_PARTS_LOG2;
	part = (unsigned int)(ticks >> log2) - TICK_HISTOGRAM_PARTS;
	return (log2 + 1) * TICK_HISTOGRAM_PARTS + part;
}

static u64 beginning_of(unsigned int bucket)
{
	unsigned int row = bucket / TICK_HISTOGRAM_PARTS;
	u64 part = bucket % TICK_HISTOGRAM_PARTS;

	return row == 0 ? part : (TICK_HISTOGRAM_PARTS + part) << (row - 1);
}

void tick_histogram_add(struct tick_histogram *histogram, u64 ticks)
{
	if (histogram->count == 0 || ticks < histogram->least) {
		histogram->least = ticks;
	}
	histogram->most = max_u64(histogram->most, ticks);
	histogram->count++;
	histogram->bucket[bucket_of(ticks)]++;
}

u64 tick_histogram_median(const struct tick_histogram *histogram)
{
	u64 left = (histogram->count + 1) / 2;
	unsigned int i = 0;

	if (histogram->count == 0) {
		return 0;
	}
	while (histogram->bucket[i] < left) {
		left -= histogram->bucket[i];
		i++;
	}
	return max_u64(beginning_of(i), histogram->least);
}
