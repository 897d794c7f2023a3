/*
 * The frame allocator over a physical memory of the test's own: 6 GiB, of
 * which only what is touched exists. What the kernel's panic() would end is
 * here a jump back into the test.
 */
#include <setjmp.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "lib/error.h"
#include "memory/physical.h"
#include "random.h"
#include "unit.h"

static u8 *memory;

#define phys_to_virt(address) ((void *)(memory + (address)))
#define virt_to_phys(pointer) ((hpa_t)((const u8 *)(pointer)-memory))
#include "memory/frames.c"
#undef phys_to_virt
#undef virt_to_phys

#define MEMORY_SIZE GIB(6)
#define FRAMES	    (MEMORY_SIZE / FRAME_SIZE)

static u8 *states;
static jmp_buf panicked;

_Noreturn void panic(const char *fmt, ...)
{
	(void)fmt;
	longjmp(panicked, 1);
}

/* Does giving the block back end in a panic? */
static bool free_panics(hpa_t block, unsigned int order)
{
	if (setjmp(panicked) != 0) {
		return true;
	}
	frames_free(block, order);
	return false;
}

static void start(void)
{
	if (memory == NULL) {
		memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			      0);
		/* Its end is the allocation's: the sanitizer watches. */
		states = malloc(FRAMES);
		if (memory == MAP_FAILED || states == NULL) {
			perror("frames_test: memory");
			exit(1);
		}
	}
	frames_init(states, FRAMES);
}

static u64 size_of(unsigned int order)
{
	return (u64)FRAME_SIZE << order;
}

static void gives_each_frame_once(void)
{
	static bool given[16];

	start();
	frames_add(0x3000, 0x13000);
	CHECK_EQ(frames_free_count(), 16);
	for (int i = 0; i < 16; i++) {
		hpa_t frame = frames_alloc(FRAME_ORDER_4K);

		if (!CHECK(frame >= 0x3000 && frame < 0x13000) ||
		    !CHECK(IS_ALIGNED(frame, FRAME_SIZE))) {
			return;
		}
		CHECK(!given[(frame - 0x3000) / FRAME_SIZE]);
		given[(frame - 0x3000) / FRAME_SIZE] = true;
		CHECK_EQ(frames_free_count(), 15 - i);
	}
	CHECK(frames_alloc(FRAME_ORDER_4K) == FRAME_NONE);
	CHECK(frames_alloc_zeroed(FRAME_ORDER_4K) == FRAME_NONE);
}

static void gives_nothing_when_there_is_nothing(void)
{
	start();
	CHECK_EQ(frames_free_count(), 0);
	for (unsigned int order = 0; order <= FRAME_ORDERS + 1; order++) {
		CHECK(frames_alloc(order) == FRAME_NONE);
	}
	frames_add(0x5000, 0x5000);
	CHECK(frames_alloc(0) == FRAME_NONE);
	/* Four frames, of which no two are a pair. */
	frames_add(0x1000, 0x2000);
	frames_add(0x4000, 0x5000);
	frames_add(0x7000, 0x9000);
	CHECK_EQ(frames_free_count(), 4);
	CHECK(frames_alloc(1) == FRAME_NONE);
}

static void gives_blocks_of_every_order(void)
{
	for (unsigned int order = 0; order < FRAME_ORDERS; order++) {
		hpa_t block;

		start();
		/* One of each fits between a frame and two gigabytes. */
		frames_add(FRAME_SIZE, GIB(2) + FRAME_SIZE);
		block = frames_alloc(order);
		CHECK(block != FRAME_NONE && IS_ALIGNED(block, size_of(order)));
		CHECK(block >= FRAME_SIZE && block < GIB(2) + FRAME_SIZE);
		CHECK_EQ(frames_free_count(), 2 * 262144 - (1ull << order));
		frames_free(block, order);
		CHECK_EQ(frames_free_count(), 2 * 262144);
		CHECK(frames_alloc(FRAME_ORDER_1G) == GIB(1));
	}
}

/* Memory handed over in pieces is one when the pieces touch. */
static void joins_what_was_added_in_pieces(void)
{
	start();
	for (hpa_t at = GIB(1); at < GIB(2); at += MIB(1)) {
		frames_add(at, at + MIB(1));
	}
	CHECK(frames_alloc(FRAME_ORDER_1G) == GIB(1));
	CHECK_EQ(frames_free_count(), 0);
}

/* States left over from before count for nothing, nor do those behind them. */
static void starts_afresh_with_its_states_alone(void)
{
	const u64 frames = 5;
	u8 *few = malloc(frames);

	start();
	memset(few, STATE_FREE, frames);
	frames_init(few, frames);
	frames_add(0x2000, 0x3000);
	frames_add(0x4000, 0x5000);
	CHECK_EQ(frames_free_count(), 2);
	CHECK(frames_alloc(1) == FRAME_NONE);
	CHECK(frames_alloc(0) != FRAME_NONE);
	CHECK(frames_alloc(0) != FRAME_NONE);
	frames_free(0x4000, 0);
	frames_free(0x2000, 0);
	CHECK_EQ(frames_free_count(), 2);
	free(few);
}

static void zeroes_a_block(void)
{
	hpa_t block;
	u64 sum = 0;

	start();
	memset(memory + MIB(2), 0xff, MIB(2));
	frames_add(MIB(2), MIB(4));
	block = frames_alloc_zeroed(3);
	for (u64 i = 0; i < size_of(3); i++) {
		sum += memory[block + i];
	}
	CHECK_EQ(sum, 0);
	/* The next block is free; its links are in its first bytes. */
	CHECK_EQ(memory[block + size_of(3) + 64], 0xff);
}

static void panics_on_what_was_not_given_out(void)
{
	hpa_t block;

	start();
	frames_add(MIB(4), MIB(8));
	block = frames_alloc(2);
	CHECK(free_panics(block, 1));
	CHECK(free_panics(block, 3));
	CHECK(free_panics(block, 2 + 32));
	CHECK(free_panics(block + 1, 2));
	CHECK(free_panics(block + FRAME_SIZE, 0));
	CHECK(free_panics(MIB(6), 9));
	CHECK(free_panics(MIB(1), 0));
	CHECK(free_panics(MEMORY_SIZE, 0));
	CHECK(free_panics(FRAME_NONE, 0));
	CHECK(free_panics(BIT(63), 2));
	CHECK_EQ(frames_free_count(), 1024 - 4);
	CHECK(!free_panics(block, 2));
	CHECK(free_panics(block, 2));
	CHECK_EQ(frames_free_count(), 1024);
}

/* Blocks that are given out, each with a mark in its first and last bytes. */
#define BLOCKS_MAX 400
static struct {
	hpa_t address;
	unsigned int order;
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

static bool overlaps_another(hpa_t block, u64 size)
{
	for (unsigned int i = 0; i < block_count; i++) {
		if (block < blocks[i].address + size_of(blocks[i].order) &&
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
	return first_word(i) + size_of(blocks[i].order) / sizeof(u64) - 1;
}

static bool take(void)
{
	/* Small ones are wanted more often than large ones. */
	unsigned int order = random_below(1 + random_below(FRAME_ORDERS));
	hpa_t block = frames_alloc(order);
	unsigned int i = block_count;

	if (block == FRAME_NONE) {
		return true;
	}
	if (!CHECK(IS_ALIGNED(block, size_of(order))) ||
	    !CHECK(is_memory(block, size_of(order))) ||
	    !CHECK(!overlaps_another(block, size_of(order)))) {
		return false;
	}
	blocks[i].address = block;
	blocks[i].order = order;
	blocks[i].mark = random_u64();
	*first_word(i) = *last_word(i) = blocks[i].mark;
	block_count++;
	return true;
}

static bool give_back(unsigned int i)
{
	bool untouched = *first_word(i) == blocks[i].mark &&
			 *last_word(i) == blocks[i].mark;

	frames_free(blocks[i].address, blocks[i].order);
	blocks[i] = blocks[--block_count];
	return CHECK(untouched);
}

static u64 frames_given(void)
{
	u64 count = 0;

	for (unsigned int i = 0; i < block_count; i++) {
		count += 1ull << blocks[i].order;
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
			if (!take()) {
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
	UNIT_TEST(gives_each_frame_once),
	UNIT_TEST(gives_nothing_when_there_is_nothing),
	UNIT_TEST(gives_blocks_of_every_order),
	UNIT_TEST(joins_what_was_added_in_pieces),
	UNIT_TEST(starts_afresh_with_its_states_alone),
	UNIT_TEST(zeroes_a_block),
	UNIT_TEST(panics_on_what_was_not_given_out),
	UNIT_TEST(keeps_blocks_apart_in_any_order_of_use),
};

int main(void)
{
	return UNIT_RUN(tests);
}
