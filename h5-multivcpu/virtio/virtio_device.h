#pragma once
/*
 * What a type of virtio device is, to the transport that it is reached by.
 *
 * A type's functions get the device that virtio_mmio_attach() was given. They
 * take buffers from the queues and give them back by virtio_mmio_take() and
 * virtio_mmio_give(). Each call must be short: the virtual machine stands
 * still meanwhile. A device that has more to do goes on by a timer.
 *
 * "Virtual I/O Device (VIRTIO) Version 1.2", section "Basic Facilities of a
 * Virtio Device".
 */
#include "lib/types.h"

#define VIRTIO_QUEUES_MAX 2u /* of one device */

/* Feature bits of every type, which the transport and the queues know. */
#define VIRTIO_F_INDIRECT_DESC BIT(28)
#define VIRTIO_F_EVENT_IDX     BIT(29)
#define VIRTIO_F_VERSION_1     BIT(32)

struct virtio_device_type {
	const char *name;	  /* for reports */
	u32 id;			  /* section "Device Types"; not 0 */
	u64 features;		  /* feature bits of the type alone */
	unsigned int queue_count; /* at most VIRTIO_QUEUES_MAX */

	/* The configuration space, which the driver cannot write. */
	u32 config_size; /* bytes */
	const void *(*config)(const void *device);

	/* There may be buffers in the queue. Called for nothing at times. */
	void (*notified)(void *device, unsigned int queue);

	/*
	 * The queue is not in use any more, by a reset of the device or by the
	 * driver's wish: what was taken from it must be forgotten.
	 */
	void (*stopped)(void *device, unsigned int queue);
};
