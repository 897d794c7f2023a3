#pragma once
/*
 * A driver's way to a virtio device among the memory addresses.
 *
 * "Virtual I/O Device (VIRTIO) Version 1.2", sections "Virtio Over MMIO" and
 * "Device Initialization".
 */
#include "lib/error.h"
#include "memory/physical.h"
#include "virtio/virtio_ring.h"

struct virtio_driver {
	hpa_t base;
};

/*
 * Finds a device of this type at base, resets it, and agrees with it on no
 * feature but VIRTIO_F_VERSION_1. Errors: no device there, or one of another
 * version or type; it wants more features.
 */
struct error virtio_driver_begin(struct virtio_driver *driver, hpa_t base,
				 u32 device_id);

/* Gives it a ring for its queue. Error: the device does not take it. */
struct error virtio_driver_add_queue(const struct virtio_driver *driver,
				     u32 number, struct virtio_ring *ring);

/* The driver is ready, the device may begin. Error: it has not. */
struct error virtio_driver_go(const struct virtio_driver *driver);

/* There are buffers in this queue. */
void virtio_driver_notify(const struct virtio_driver *driver, u32 queue);

/*
 * Waits for the device to be done with the ring's buffers, by looking again
 * and again for so many milliseconds at most. False: it is not, or needs a
 * reset.
 */
bool virtio_driver_wait(const struct virtio_driver *driver,
			const struct virtio_ring *ring, u32 milliseconds);

/* Resets the device: no ring or buffer is its any more. */
void virtio_driver_end(const struct virtio_driver *driver);
