#pragma once
/*
 * A split virtqueue, from the driver's side, with one buffer in it at a time.
 *
 * "Virtual I/O Device (VIRTIO) Version 1.2", section "Split Virtqueues".
 */
#include "lib/types.h"

#define VIRTIO_RING_SIZE 4u

struct virtio_descriptor {
	u64 address;
	u32 length;
	u16 flags;
	u16 next;
};

/* Begins as zeros, in memory that device and driver see the same. */
struct virtio_ring {
	struct virtio_descriptor descriptors[VIRTIO_RING_SIZE];
	struct {
		u16 flags;
		u16 index;
		u16 ring[VIRTIO_RING_SIZE];
		u16 used_event;
	} available;
	struct {
		_Alignas(4) u16 flags;
		u16 index;
		struct {
			u32 id;
			u32 length;
		} ring[VIRTIO_RING_SIZE];
		u16 avail_event;
	} used;
} __attribute__((aligned(16)));

/*
 * Makes a buffer available that the device is to read, or to write. It is the
 * device's until virtio_ring_is_used().
 */
void virtio_ring_offer(struct virtio_ring *ring, void *buffer, u32 size,
		       bool writable);

/* Is the device done with all buffers? The interrupt is not waited for. */
bool virtio_ring_is_used(const struct virtio_ring *ring);

/* How many bytes the device says that it wrote into the last one. */
u32 virtio_ring_written(const struct virtio_ring *ring);
