#include "virtio/virtio_ring.h"
#include "memory/physical.h"

#define VIRTQ_DESC_F_WRITE	   2
#define VIRTQ_AVAIL_F_NO_INTERRUPT 1

/* The device sees the buffer and its descriptor before it sees the index. */
void virtio_ring_offer(struct virtio_ring *ring, void *buffer, u32 size,
		       bool writable)
{
	u16 index = ring->available.index;

	ring->descriptors[0] = (struct virtio_descriptor){
		.address = virt_to_phys(buffer),
		.length = size,
		.flags = writable ? VIRTQ_DESC_F_WRITE : 0,
	};
	ring->available.flags = VIRTQ_AVAIL_F_NO_INTERRUPT;
	ring->available.ring[index % VIRTIO_RING_SIZE] = 0;
	__atomic_store_n(&ring->available.index, (u16)(index + 1),
			 __ATOMIC_RELEASE);
}

/* What the device wrote before it wrote the index is seen after this. */
bool virtio_ring_is_used(const struct virtio_ring *ring)
{
	return __atomic_load_n(&ring->used.index, __ATOMIC_ACQUIRE) ==
	       ring->available.index;
}

u32 virtio_ring_written(const struct virtio_ring *ring)
{
	u16 last = (u16)(ring->used.index - 1);

	return ring->used.ring[last % VIRTIO_RING_SIZE].length;
}
