#include "frames_fixture.h"
#include "unit.h"

/* Does giving the block back end in a panic? */
static bool free_panics(hpa_t block, unsigned int order)
{
	if (setjmp(panicked) != 0) {
		return true;
	}
	frames_free(block, order);
	return false;
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

static void takes_exactly_what_is_wanted(void)
{
	start();
	frames_add(MIB(4), MIB(8));
	CHECK(frames_take(MIB(5) + FRAME_SIZE, MIB(7)));
	CHECK_EQ(frames_free_count(), 1024 - 511);
	/* None of them comes from there. */
	for (int i = 0; i < 1024 - 511; i++) {
		hpa_t frame = frames_alloc(0);

		CHECK(frame != FRAME_NONE);
		CHECK(frame < MIB(5) + FRAME_SIZE || frame >= MIB(7));
	}
	CHECK(frames_alloc(0) == FRAME_NONE);
	CHECK(free_panics(MIB(6), 0));
	frames_add(MIB(5) + FRAME_SIZE, MIB(7));
	CHECK_EQ(frames_free_count(), 511);
	CHECK(frames_take(MIB(6), MIB(6)));
	CHECK_EQ(frames_free_count(), 511);
}

static void takes_nothing_unless_all_is_free(void)
{
	start();
	frames_add(MIB(4), MIB(8));
	hpa_t used = frames_alloc(0);

	CHECK(used != FRAME_NONE);
	CHECK(!frames_take(MIB(4), MIB(8)));
	CHECK(!frames_take(used, used + FRAME_SIZE));
	CHECK(!frames_take(MIB(4) - FRAME_SIZE, MIB(4)));
	CHECK(!frames_take(MIB(8) - FRAME_SIZE, MIB(8) + FRAME_SIZE));
	CHECK(!frames_take(MIB(6), MIB(6) - FRAME_SIZE));
	CHECK(!frames_take(MIB(6) + 1, MIB(6) + FRAME_SIZE));
	CHECK(!frames_take(MIB(6), MIB(6) + 1));
	CHECK(!frames_take(MEMORY_SIZE, MEMORY_SIZE + FRAME_SIZE));
	CHECK(!frames_take(MIB(6), FRAME_NONE & ~(hpa_t)4095));
	CHECK_EQ(frames_free_count(), 1023);
	frames_free(used, 0);
	CHECK(frames_take(MIB(4), MIB(8)));
	CHECK_EQ(frames_free_count(), 0);
	CHECK(!frames_take(MIB(4), MIB(4) + FRAME_SIZE));
}

static const struct unit_test tests[] = {
	UNIT_TEST(gives_each_frame_once),
	UNIT_TEST(gives_nothing_when_there_is_nothing),
	UNIT_TEST(gives_blocks_of_every_order),
	UNIT_TEST(joins_what_was_added_in_pieces),
	UNIT_TEST(starts_afresh_with_its_states_alone),
	UNIT_TEST(zeroes_a_block),
	UNIT_TEST(panics_on_what_was_not_given_out),
	UNIT_TEST(takes_exactly_what_is_wanted),
	UNIT_TEST(takes_nothing_unless_all_is_free),
};

int main(void)
{
	return UNIT_RUN(tests);
}
