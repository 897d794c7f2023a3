/*
 * The frame allocator used at random: no two blocks overlap, nobody else
 * writes to one, and in the end everything has grown together again.
 */
#include "frames_fixture.h"
#include "random.h"
#include "unit.h"

/* Blocks that are given out, each with a mark in its first and last bytes. */
#define BLOCKS_MAX 400
static struct {
	hpa_t address;
	unsigned int order;
	u64 size; /* of frames that were taken by address; 0: a block */
	u64 mark;
} blocks[BLOCKS_MAX];
static unsigned int block_count;

/* Where random blocks come from: uneven ranges with holes between them. */
static const struct {
	hpa_t start, end;
} ranges[] = {
	{0x1000, 0x9f000},
	{MIB(1), MIB(127) + 0x3000},
	{MIB(128), MIB(130)},
	{GIB(3) - MIB(5), GIB(3) + MIB(37)},
	{GIB(4) + 0x7000, GIB(5) + GIB(1)},
};

static bool is_memory(hpa_t block, u64 size)
{
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		if (block >= ranges[i].start && block + size <= ranges[i].end) {
			return true;
		}
	}
	return false;
}

static u64 size_given(unsigned int i)
{
	return blocks[i].size != 0 ? blocks[i].size : size_of(blocks[i].order);
}

static bool overlaps_another(hpa_t block, u64 size)
{
	for (unsigned int i = 0; i < block_count; i++) {
		if (block < blocks[i].address + size_given(i) &&
		    blocks[i].address < block + size) {
			return true;
		}
	}
	return false;
}

static u64 *first_word(unsigned int i)
{
	return (u64 *)(memory + blocks[i].address);
}

static u64 *last_word(unsigned int i)
{
	return first_word(i) + size_given(i) / sizeof(u64) - 1;
}

static void remember(hpa_t address, unsigned int order, u64 size)
{
	unsigned int i = block_count++;

	blocks[i].address = address;
	blocks[i].order = order;
	blocks[i].size = size;
	blocks[i].mark = random_u64();
	*first_word(i) = *last_word(i) = blocks[i].mark;
}

/* Frames at an address that may be free or not, or no memory at all. */
static bool take_there(void)
{
	u64 size = size_of(random_below(12)) + FRAME_SIZE * random_below(9);
	hpa_t address = random_below(MEMORY_SIZE) & ~(hpa_t)(FRAME_SIZE - 1);
	bool free =
		is_memory(address, size) && !overlaps_another(address, size);

	if (!CHECK_EQ(frames_take(address, address + size), free)) {
		return false;
	}
	if (free) {
		remember(address, 0, size);
	}
	return true;
}

static bool take(void)
{
	/* Small ones are wanted more often than large ones. */
	unsigned int order = random_below(1 + random_below(FRAME_ORDERS));
	hpa_t block = frames_alloc(order);

	if (block == FRAME_NONE) {
		return true;
	}
	if (!CHECK(IS_ALIGNED(block, size_of(order))) ||
	    !CHECK(is_memory(block, size_of(order))) ||
	    !CHECK(!overlaps_another(block, size_of(order)))) {
		return false;
	}
	remember(block, order, 0);
	return true;
}

static bool give_back(unsigned int i)
{
	bool untouched = *first_word(i) == blocks[i].mark &&
			 *last_word(i) == blocks[i].mark;

	if (blocks[i].size != 0) {
		frames_add(blocks[i].address,
			   blocks[i].address + blocks[i].size);
	} else {
		frames_free(blocks[i].address, blocks[i].order);
	}
	blocks[i] = blocks[--block_count];
	return CHECK(untouched);
}

static u64 frames_given(void)
{
	u64 count = 0;

	for (unsigned int i = 0; i < block_count; i++) {
		count += size_given(i) / FRAME_SIZE;
	}
	return count;
}

/* How many blocks of each order can be had one after the other. */
static void count_blocks(u64 *counts)
{
	for (unsigned int order = 0; order < FRAME_ORDERS; order++) {
		unsigned int first = block_count;

		counts[order] = 0;
		while (block_count < BLOCKS_MAX) {
			hpa_t block = frames_alloc(order);

			if (block == FRAME_NONE) {
				break;
			}
			blocks[block_count].address = block;
			blocks[block_count].size = 0;
			blocks[block_count++].order = order;
			counts[order]++;
		}
		while (block_count > first) {
			block_count--;
			frames_free(blocks[block_count].address,
				    blocks[block_count].order);
		}
	}
}

static void keeps_blocks_apart_in_any_order_of_use(void)
{
	u64 before[FRAME_ORDERS], after[FRAME_ORDERS];
	u64 total = 0;

	start();
	block_count = 0;
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		frames_add(ranges[i].start, ranges[i].end);
		total += (ranges[i].end - ranges[i].start) / FRAME_SIZE;
	}
	CHECK_EQ(frames_free_count(), total);
	count_blocks(before);
	for (int step = 0; step < 50000; step++) {
		bool more = random_below(100) < (step / 1000 % 2 ? 35 : 65);

		if (more && block_count < BLOCKS_MAX) {
			if (random_below(4) == 0 ? !take_there() : !take()) {
				return;
			}
		} else if (block_count > 0 &&
			   !give_back(random_below(block_count))) {
			return;
		}
		if (!CHECK_EQ(frames_free_count(), total - frames_given())) {
			return;
		}
	}
	while (block_count > 0) {
		give_back(0);
	}
	/* Everything has grown together again. */
	CHECK_EQ(frames_free_count(), total);
	count_blocks(after);
	CHECK(memcmp(before, after, sizeof(before)) == 0);
	CHECK(before[FRAME_ORDER_1G] == 1 && before[FRAME_ORDER_2M] > 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(keeps_blocks_apart_in_any_order_of_use),
};

int main(void)
{
	return UNIT_RUN(tests);
}
