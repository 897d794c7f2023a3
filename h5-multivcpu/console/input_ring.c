#include "console/input_ring.h"

/* Each side reads the other's count, and publishes its own behind the bytes. */
static u32 other(const u32 *count)
{
	return __atomic_load_n(count, __ATOMIC_ACQUIRE);
}

static void publish(u32 *count, u32 value)
{
	__atomic_store_n(count, value, __ATOMIC_RELEASE);
}

u32 input_ring_room(const struct input_ring *ring)
{
	return INPUT_RING_SIZE - (ring->put - other(&ring->taken));
}

bool input_ring_put(struct input_ring *ring, u8 byte)
{
	if (input_ring_room(ring) == 0) {
		return false;
	}
	ring->bytes[ring->put % INPUT_RING_SIZE] = byte;
	publish(&ring->put, ring->put + 1);
	return true;
}

bool input_ring_take(struct input_ring *ring, u8 *byte)
{
	if (ring->taken == other(&ring->put)) {
		return false;
	}
	*byte = ring->bytes[ring->taken % INPUT_RING_SIZE];
	publish(&ring->taken, ring->taken + 1);
	return true;
}

void input_ring_clear(struct input_ring *ring)
{
	publish(&ring->taken, other(&ring->put));
}
