#pragma once
/*
 * Guest RAM with a driver's rings in it, and the driver's half of the work.
 */
#include "devices_fixture.h"
#include "ept_fixture.h"
#include "guest_memory.h"
#include "virtio/virtqueue.h"

/* A block of 2 MiB, and small frames behind it. */
#define RAM (MIB(2) + KIB(64))

#define DESC_NEXT     1
#define DESC_WRITE    2
#define DESC_INDIRECT 4

static struct guest_memory memory;

static inline void ram_begin(bool lazy)
{
	start();
	ept_begin();
	CHECK(!failed(guest_memory_init(&memory, &ept, RAM, lazy)));
}

static inline void ram_end(void)
{
	fake_frames_reset();
	guest_memory_destroy(&memory);
	ept_end();
}

static inline void put(gpa_t gpa, u64 value, unsigned int size)
{
	CHECK(guest_memory_write(&memory, gpa, &value, size));
}

static inline u64 get(gpa_t gpa, unsigned int size)
{
	u64 value = 0;

	CHECK(guest_memory_read(&memory, gpa, &value, size));
	return value;
}

/* A queue as its driver has it. */
struct ring {
	u16 size;
	gpa_t descriptors;
	gpa_t available;
	gpa_t used;
	u16 offered;
};

/* One at each 64 KiB; number: 0 .. 15. */
static inline struct ring ring_at(unsigned int number, u16 size)
{
	gpa_t start = MIB(1) + KIB(64) * (gpa_t)number;

	return (struct ring){.size = size,
			     .descriptors = start,
			     .available = start + KIB(16),
			     .used = start + KIB(32)};
}

static inline void put_descriptor(gpa_t table, u16 number, u64 address,
				  u32 length, u16 flags, u16 next)
{
	gpa_t at = table + 16 * (gpa_t)number;

	put(at, address, 8);
	put(at + 8, length, 4);
	put(at + 12, flags, 2);
	put(at + 14, next, 2);
}

static inline void describe(const struct ring *ring, u16 number, u64 address,
			    u32 length, u16 flags, u16 next)
{
	put_descriptor(ring->descriptors, number, address, length, flags, next);
}

/* Makes the chain that begins with head available. */
static inline void offer(struct ring *ring, u16 head)
{
	put(ring->available + 4 + 2 * (gpa_t)(ring->offered % ring->size), head,
	    2);
	ring->offered++;
	put(ring->available + 2, ring->offered, 2);
}

static inline u16 used_count(const struct ring *ring)
{
	return (u16)get(ring->used + 2, 2);
}

static inline u32 used_id(const struct ring *ring, u16 number)
{
	return (u32)get(ring->used + 4 + 8 * (gpa_t)(number % ring->size), 4);
}

static inline u32 used_length(const struct ring *ring, u16 number)
{
	return (u32)get(ring->used + 8 + 8 * (gpa_t)(number % ring->size), 4);
}

static inline gpa_t used_event(const struct ring *ring)
{
	return ring->available + 4 + 2 * (gpa_t)ring->size;
}

static inline gpa_t avail_event(const struct ring *ring)
{
	return ring->used + 4 + 8 * (gpa_t)ring->size;
}
