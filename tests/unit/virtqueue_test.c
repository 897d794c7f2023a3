/*
 * A virtqueue, between a sound driver and hostile ones.
 *
 * modules: h5-multivcpu/virtio/virtqueue.c
 * modules: h5-multivcpu/virtio/virtqueue_chain.c
 * modules: h4-exits/devices/bus.c h4-exits/devices/device_clock.c
 * modules: h3-ept/guest_memory.c h3-ept/ept.c h3-ept/ept_check.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: tests/unit/fake_frames.c
 */
#include "random.h"
#include "virtio_fixture.h"

#define SIZE 8

static struct virtqueue queue;
static struct virtqueue_chain chain;
static struct ring ring;

static bool start_queue(u64 features)
{
	queue = (struct virtqueue){.size = ring.size,
				   .descriptors = ring.descriptors,
				   .available = ring.available,
				   .used = ring.used};
	return virtqueue_start(&queue, &memory, features);
}

static void begin(u64 features)
{
	ram_begin(false);
	ring = ring_at(0, SIZE);
	CHECK(start_queue(features));
}

static enum virtqueue_result take(void)
{
	return virtqueue_take(&queue, &chain);
}

/* Makes one descriptor available: does the queue take it? */
static enum virtqueue_result take_one(u64 address, u32 length, u16 flags,
				      u16 next)
{
	describe(&ring, 0, address, length, flags, next);
	offer(&ring, 0);
	return take();
}

static void takes_in_order_and_gives_back(void)
{
	begin(0);
	CHECK_EQ(virtqueue_look(&queue), VIRTQUEUE_EMPTY);
	CHECK_EQ(take(), VIRTQUEUE_EMPTY);
	for (unsigned int i = 0; i < 70000; i++) {
		u16 head = i % SIZE;

		describe(&ring, head, 0x1000 + head, 10, DESC_WRITE, 0);
		offer(&ring, head);
		if (!CHECK_EQ(virtqueue_look(&queue), VIRTQUEUE_BUFFER) ||
		    !CHECK_EQ(take(), VIRTQUEUE_BUFFER) ||
		    !CHECK_EQ(chain.head, head) ||
		    !CHECK_EQ(chain.parts[0].start, 0x1000 + head) ||
		    !CHECK_EQ(take(), VIRTQUEUE_EMPTY) ||
		    !CHECK(virtqueue_give(&queue, &chain, i)) ||
		    !CHECK_EQ(used_count(&ring), (u16)(i + 1)) ||
		    !CHECK_EQ(used_id(&ring, (u16)i), head) ||
		    !CHECK_EQ(used_length(&ring, (u16)i), i)) {
			break;
		}
	}
	ram_end();
}

static void takes_a_full_ring(void)
{
	begin(0);
	for (u16 i = 0; i < SIZE; i++) {
		describe(&ring, i, i, 1, 0, 0);
		offer(&ring, i);
	}
	for (u16 i = 0; i < SIZE; i++) {
		CHECK_EQ(take(), VIRTQUEUE_BUFFER);
		CHECK_EQ(chain.head, i);
	}
	CHECK_EQ(take(), VIRTQUEUE_EMPTY);
	ram_end();
}

static void a_chain_has_all_its_parts(void)
{
	u8 bytes[100];

	begin(0);
	describe(&ring, 3, 0x1000, 5, DESC_NEXT, 1);
	describe(&ring, 1, 0x2000, 0, DESC_NEXT, 7);
	describe(&ring, 7, 0x3000, 3, DESC_NEXT, 0);
	describe(&ring, 0, 0x4000, 4, DESC_NEXT | DESC_WRITE, 2);
	describe(&ring, 2, MIB(2) - 2, 6, DESC_WRITE, 0);
	offer(&ring, 3);
	CHECK_EQ(take(), VIRTQUEUE_BUFFER);
	CHECK_EQ(chain.part_count, 5);
	CHECK_EQ(chain.readable_count, 3);
	CHECK_EQ(chain.readable, 8);
	CHECK_EQ(chain.writable, 10);

	CHECK(guest_memory_write(&memory, 0x1000, "abcde", 5));
	CHECK(guest_memory_write(&memory, 0x3000, "fgh", 3));
	CHECK(virtqueue_chain_read(&chain, 0, bytes, 8));
	CHECK(memcmp(bytes, "abcdefgh", 8) == 0);
	CHECK(virtqueue_chain_read(&chain, 4, bytes, 3));
	CHECK(memcmp(bytes, "efg", 3) == 0);
	CHECK(virtqueue_chain_read(&chain, 8, bytes, 0));
	CHECK(!virtqueue_chain_read(&chain, 8, bytes, 1));
	CHECK(!virtqueue_chain_read(&chain, 9, bytes, 0));
	CHECK(!virtqueue_chain_read(&chain, 0, bytes, 9));
	CHECK(!virtqueue_chain_read(&chain, UINT64_MAX, bytes, 2));
	CHECK(!virtqueue_chain_read(&chain, 2, bytes, UINT64_MAX));

	CHECK(virtqueue_chain_write(&chain, 0, "0123456789", 10));
	CHECK_EQ(get(0x4000, 5), 0x33323130);
	CHECK_EQ(get(MIB(2) - 2, 7), 0x393837363534);
	CHECK(virtqueue_chain_write(&chain, 3, "xy", 2));
	CHECK_EQ(get(0x4003, 1), 'x');
	CHECK_EQ(get(MIB(2) - 2, 1), 'y');
	CHECK(!virtqueue_chain_write(&chain, 1, bytes, 10));
	CHECK(!virtqueue_chain_write(&chain, 10, bytes, 1));
	CHECK(virtqueue_chain_write(&chain, 10, bytes, 0));
	ram_end();
}

static void indirect_tables_are_read(void)
{
	const gpa_t table = 0x8001; /* no alignment is asked for */

	begin(VIRTIO_F_INDIRECT_DESC);
	describe(&ring, 2, 0x1000, 1, DESC_NEXT, 4);
	/* "The device MUST ignore the write-only flag". */
	describe(&ring, 4, table, 3 * 16, DESC_INDIRECT | DESC_WRITE, 0);
	put_descriptor(table, 0, 0x2000, 2, DESC_NEXT, 2);
	put_descriptor(table, 2, 0x3000, 3, DESC_NEXT | DESC_WRITE, 1);
	put_descriptor(table, 1, 0x4000, 4, DESC_WRITE, 0);
	offer(&ring, 2);
	CHECK_EQ(take(), VIRTQUEUE_BUFFER);
	CHECK_EQ(chain.head, 2);
	CHECK_EQ(chain.part_count, 4);
	CHECK_EQ(chain.readable, 3);
	CHECK_EQ(chain.writable, 7);
	CHECK_EQ(chain.parts[3].start, 0x4000);
	ram_end();
}

static void indirect_tables_must_be_sound(void)
{
	static const struct {
		u64 address;
		u32 length;
		u16 flags;
		u16 inner_flags;
		u16 inner_next;
	} bad[] = {
		{0x8000, 0, DESC_INDIRECT, 0, 0},
		{0x8000, 15, DESC_INDIRECT, 0, 0},
		{0x8000, 17, DESC_INDIRECT, 0, 0},
		{0x8000, 16, DESC_INDIRECT | DESC_NEXT, 0, 0},
		{0x8000, 16, DESC_INDIRECT, DESC_INDIRECT, 0},
		{0x8000, 16, DESC_INDIRECT, DESC_NEXT, 1},
		{0x8000, 16, DESC_INDIRECT, DESC_NEXT, 0xffff},
		{0x8000, 16, DESC_INDIRECT, DESC_NEXT, 0}, /* a loop */
		{RAM - 15, 16, DESC_INDIRECT, 0, 0},
		{UINT64_MAX - 15, 16, DESC_INDIRECT, 0, 0},
		{0, UINT32_MAX - 15, DESC_INDIRECT, 0, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		begin(VIRTIO_F_INDIRECT_DESC);
		put_descriptor(0x8000, 0, 0x1000, 16, bad[i].inner_flags,
			       bad[i].inner_next);
		CHECK_EQ(take_one(bad[i].address, bad[i].length, bad[i].flags,
				  1),
			 VIRTQUEUE_BROKEN);
		ram_end();
	}
	begin(0);
	CHECK_EQ(take_one(0x8000, 16, DESC_INDIRECT, 0), VIRTQUEUE_BROKEN);
	ram_end();
}

/* A table may be larger than the queue, a chain may not be longer. */
static void indirect_chains_are_no_longer_than_the_queue(void)
{
	for (u16 length = SIZE; length <= SIZE + 1; length++) {
		begin(VIRTIO_F_INDIRECT_DESC);
		for (u16 i = 0; i < length; i++) {
			put_descriptor(0x8000, i, 0, 1,
				       i + 1 < length ? DESC_NEXT : 0, i + 1);
		}
		CHECK_EQ(take_one(0x8000, 16 * 100, DESC_INDIRECT, 0),
			 length == SIZE ? VIRTQUEUE_BUFFER : VIRTQUEUE_BROKEN);
		ram_end();
	}
}

static void bad_chains_are_refused(void)
{
	static const struct {
		u64 address;
		u32 length;
		u16 flags;
		u16 next;
		enum virtqueue_result result;
	} cases[] = {
		{0, 0, 0, 0, VIRTQUEUE_BUFFER},
		{RAM - 1, 1, 0, 0, VIRTQUEUE_BUFFER},
		{RAM, 0, 0, 0, VIRTQUEUE_BUFFER},
		{0, RAM, 0, 0, VIRTQUEUE_BUFFER},
		{0, RAM + 1, 0, 0, VIRTQUEUE_BROKEN},
		{RAM - 1, 2, 0, 0, VIRTQUEUE_BROKEN},
		{RAM, 1, 0, 0, VIRTQUEUE_BROKEN},
		{0, UINT32_MAX, 0, 0, VIRTQUEUE_BROKEN},
		{UINT64_MAX, 1, 0, 0, VIRTQUEUE_BROKEN},
		{UINT64_MAX, UINT32_MAX, 0, 0, VIRTQUEUE_BROKEN},
		{0, 1, DESC_NEXT, 0, VIRTQUEUE_BROKEN}, /* a loop */
		{0, 1, DESC_NEXT, SIZE, VIRTQUEUE_BROKEN},
		{0, 1, DESC_NEXT, 0xffff, VIRTQUEUE_BROKEN},
		{0, 1, DESC_NEXT | DESC_WRITE, 1, VIRTQUEUE_BROKEN},
		{0, 1, DESC_NEXT, 1, VIRTQUEUE_BUFFER},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		begin(0);
		describe(&ring, 1, 0, 1, 0, 0);
		CHECK_EQ(take_one(cases[i].address, cases[i].length,
				  cases[i].flags, cases[i].next),
			 cases[i].result);
		ram_end();
	}
}

static void heads_lie_in_the_table(void)
{
	static const u16 heads[] = {SIZE, 0x7fff, 0xffff};

	for (size_t i = 0; i < ARRAY_SIZE(heads); i++) {
		begin(0);
		offer(&ring, heads[i]);
		CHECK_EQ(take(), VIRTQUEUE_BROKEN);
		ram_end();
	}
}

/* 2^32 bytes in all, in parts that RAM has room for. */
static void chains_have_no_more_bytes_than_allowed(void)
{
	static u64 sizes[] = {GIB(1), GIB(1) + 1};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		start();
		ept_begin();
		CHECK(!failed(guest_memory_init(&memory, &ept, GIB(1) + MIB(2),
						true)));
		ring = ring_at(0, SIZE);
		CHECK(start_queue(0));
		for (u16 at = 0; at < 4; at++) {
			describe(&ring, at, 0, (u32)sizes[i],
				 at < 3 ? DESC_NEXT : DESC_WRITE, at + 1);
		}
		offer(&ring, 0);
		CHECK_EQ(take(), i == 0 ? VIRTQUEUE_BUFFER : VIRTQUEUE_BROKEN);
		ram_end();
	}
}

static void an_index_that_jumps_is_refused(void)
{
	static const u16 indices[] = {SIZE + 1, 0x8000, 0xffff};

	for (size_t i = 0; i < ARRAY_SIZE(indices); i++) {
		begin(0);
		put(ring.available + 2, indices[i], 2);
		CHECK_EQ(virtqueue_look(&queue), VIRTQUEUE_BROKEN);
		CHECK_EQ(take(), VIRTQUEUE_BROKEN);
		ram_end();
	}
}

static void starts_on_sound_rings_alone(void)
{
	static const u16 sizes[] = {3, 5, 127, 129, 256, 0xffff, 0};
	static const struct {
		s64 descriptors, available, used;
		bool sound;
	} places[] = {
		{0, 0, 0, true},
		{8, 0, 0, false},
		{0, 1, 0, false},
		{0, 2, 0, true},
		{0, 0, 2, false},
		{0, 0, 4, true},
		{RAM, 0, 0, false},
		{0, RAM, 0, false},
		{0, 0, RAM, false},
		{-(s64)MIB(1) - 16, 0, 0, false},
		{0, -(s64)(MIB(1) + KIB(16) + 2), 0, false},
		{0, 0, -(s64)(MIB(1) + KIB(32) + 4), false},
	};

	ram_begin(false);
	for (u16 size = 1; size <= VIRTQUEUE_SIZE_MAX; size *= 2) {
		ring = ring_at(0, size);
		CHECK(start_queue(0));
	}
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		ring = ring_at(0, sizes[i]);
		CHECK(!start_queue(0));
		CHECK(!queue.ready);
	}
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		ring = ring_at(0, SIZE);
		ring.descriptors += (u64)places[i].descriptors;
		ring.available += (u64)places[i].available;
		ring.used += (u64)places[i].used;
		CHECK_EQ(start_queue(0), places[i].sound);
	}
	ram_end();
}

/* Up to the last byte of guest RAM, and not beyond. */
static void rings_end_where_ram_does(void)
{
	ram_begin(false);
	ring = ring_at(0, SIZE);
	ring.descriptors = RAM - 16 * SIZE;
	CHECK(start_queue(0));
	ring.descriptors += 16;
	CHECK(!start_queue(0));
	ring = ring_at(0, SIZE);
	ring.available = RAM - (6 + 2 * SIZE);
	CHECK(start_queue(0));
	ring.available += 2;
	CHECK(!start_queue(0));
	ring = ring_at(0, SIZE);
	ring.used = ALIGN_DOWN(RAM - (6 + 8 * SIZE), 4);
	CHECK(start_queue(0));
	ring.used += 4;
	CHECK(!start_queue(0));
	ram_end();
}

static bool give_one(void)
{
	CHECK_EQ(take_one(0, 1, 0, 0), VIRTQUEUE_BUFFER);
	CHECK(virtqueue_give(&queue, &chain, 0));
	return virtqueue_must_interrupt(&queue);
}

static void the_driver_can_do_without_interrupts(void)
{
	begin(0);
	CHECK(give_one());
	put(ring.available, 1, 2);
	CHECK(!give_one());
	put(ring.available, 0, 2);
	CHECK(give_one());
	ram_end();
}

/* By the rule of the specification, over the whole circle of indices. */
static void interrupts_come_at_the_event_asked_for(void)
{
	begin(VIRTIO_F_EVENT_IDX);
	put(ring.available, 1, 2); /* has no meaning now */
	for (unsigned int i = 0; i < 66000; i++) {
		u16 event = (u16)((i + 2) / 3 * 3);

		put(used_event(&ring), event, 2);
		if (!CHECK_EQ(give_one(), (u16)i == event)) {
			break;
		}
	}
	ram_end();
}

/* Several may be given before it is asked. */
static void an_event_among_several_interrupts(void)
{
	for (u16 event = 0; event < 6; event++) {
		begin(VIRTIO_F_EVENT_IDX);
		put(used_event(&ring), UINT16_MAX, 2);
		CHECK(!give_one());
		put(used_event(&ring), event, 2);
		for (unsigned int i = 0; i < 3; i++) {
			CHECK_EQ(take_one(0, 1, 0, 0), VIRTQUEUE_BUFFER);
			CHECK(virtqueue_give(&queue, &chain, 0));
		}
		CHECK_EQ(virtqueue_must_interrupt(&queue),
			 event >= 1 && event <= 3);
		CHECK(!virtqueue_must_interrupt(&queue));
		ram_end();
	}
}

static void asks_for_the_next_buffer_when_empty(void)
{
	begin(VIRTIO_F_EVENT_IDX);
	put(avail_event(&ring), 0x5555, 2);
	offer(&ring, 0);
	offer(&ring, 0);
	CHECK_EQ(take(), VIRTQUEUE_BUFFER);
	CHECK_EQ(get(avail_event(&ring), 2), 0x5555);
	CHECK_EQ(take(), VIRTQUEUE_BUFFER);
	CHECK_EQ(virtqueue_look(&queue), VIRTQUEUE_EMPTY);
	CHECK_EQ(get(avail_event(&ring), 2), 2);
	ram_end();

	begin(0);
	put(avail_event(&ring), 0x5555, 2);
	CHECK_EQ(take(), VIRTQUEUE_EMPTY);
	CHECK_EQ(get(avail_event(&ring), 2), 0x5555);
	ram_end();
}

/* The host has no memory for a page of the guest's. */
static void missing_backing_is_no_crash(void)
{
	ram_begin(true);
	ring = ring_at(0, SIZE);
	CHECK(start_queue(0));
	fake_frames_fail_after(0);
	CHECK_EQ(take(), VIRTQUEUE_BROKEN);
	CHECK(!virtqueue_give(&queue, &chain, 0));
	CHECK(!virtqueue_must_interrupt(&queue));
	CHECK(start_queue(VIRTIO_F_EVENT_IDX));
	CHECK_EQ(take(), VIRTQUEUE_BROKEN);
	CHECK(!virtqueue_must_interrupt(&queue));
	ram_end();

	/* The rings are in the first 2 MiB, and the buffer is not. */
	ram_begin(true);
	CHECK(start_queue(0));
	CHECK_EQ(take_one(MIB(2) - 1, 2, 0, 0), VIRTQUEUE_BUFFER);
	fake_frames_fail_after(0);
	CHECK(!virtqueue_chain_read(&chain, 0, &(u16){0}, 2));
	fake_frames_reset();
	offer(&ring, 0);
	describe(&ring, 0, MIB(2), 2, DESC_WRITE, 0);
	CHECK_EQ(take(), VIRTQUEUE_BUFFER);
	fake_frames_fail_after(0);
	CHECK(!virtqueue_chain_write(&chain, 0, "ab", 2));
	ram_end();
}

/*
 * Whatever lies in the rings: what is taken lies in guest RAM and is no longer
 * than the queue.
 */
static void random_rings_harm_nobody(void)
{
	unsigned int taken = 0;

	for (unsigned int round = 0; round < 100; round++) {
		begin(random_u64());
		for (unsigned int i = 0; i < 200; i++) {
			put_descriptor(
				ring.descriptors, (u16)random_below(2 * SIZE),
				random_below(RAM + 64), (u32)random_below(200),
				(u16)random_below(8),
				(u16)random_below(SIZE + 1));
			offer(&ring, (u16)random_below(SIZE + 1));
			if (take() != VIRTQUEUE_BUFFER) {
				CHECK(start_queue(random_u64()));
				put(ring.available + 2, 0, 2);
				ring.offered = 0;
				continue;
			}
			taken++;
			CHECK(chain.part_count >= 1 &&
			      chain.part_count <= SIZE);
			for (unsigned int p = 0; p < chain.part_count; p++) {
				CHECK(guest_memory_contains(
					&memory, chain.parts[p].start,
					chain.parts[p].size));
			}
			CHECK(virtqueue_give(&queue, &chain, 0));
		}
		ram_end();
	}
	CHECK(taken > 1000);
}

static const struct unit_test tests[] = {
	UNIT_TEST(takes_in_order_and_gives_back),
	UNIT_TEST(takes_a_full_ring),
	UNIT_TEST(a_chain_has_all_its_parts),
	UNIT_TEST(indirect_tables_are_read),
	UNIT_TEST(indirect_tables_must_be_sound),
	UNIT_TEST(indirect_chains_are_no_longer_than_the_queue),
	UNIT_TEST(bad_chains_are_refused),
	UNIT_TEST(heads_lie_in_the_table),
	UNIT_TEST(chains_have_no_more_bytes_than_allowed),
	UNIT_TEST(an_index_that_jumps_is_refused),
	UNIT_TEST(starts_on_sound_rings_alone),
	UNIT_TEST(rings_end_where_ram_does),
	UNIT_TEST(the_driver_can_do_without_interrupts),
	UNIT_TEST(interrupts_come_at_the_event_asked_for),
	UNIT_TEST(an_event_among_several_interrupts),
	UNIT_TEST(asks_for_the_next_buffer_when_empty),
	UNIT_TEST(missing_backing_is_no_crash),
	UNIT_TEST(random_rings_harm_nobody),
};

int main(void)
{
	return UNIT_RUN(tests);
}
