#pragma once
/*
 * A virtio device among the memory addresses of a VM: its registers, and the
 * way from a queue to the driver's interrupt.
 *
 * A driver that breaks a rule that the device depends on has the device stand
 * still with DEVICE_NEEDS_RESET, until it is reset. A register that cannot be
 * written at the moment stays as it is.
 *
 * "Virtual I/O Device (VIRTIO) Version 1.2", section "Virtio Over MMIO".
 */
#include "devices/bus.h"
#include "devices/irq_line.h"
#include "virtio/virtio_device.h"
#include "virtio/virtqueue.h"

struct virtio_mmio {
	const struct virtio_device_type *type;
	void *device;
	struct guest_memory *memory;
	struct irq_line line; /* high while interrupt_status is not 0 */

	u32 status;
	u32 interrupt_status;
	u32 config_generation;
	u32 device_features_sel;
	u32 driver_features_sel;
	u32 queue_sel;
	u64 driver_features;
	struct virtqueue queues[VIRTIO_QUEUES_MAX];
};

/*
 * Puts a device on the bus of guest-physical addresses, at base up to base +
 * VIRTIO_MMIO_SIZE - 1, as after a reset. line: level-triggered, active high.
 * type, device and memory stay the caller's. Errors: bus_add().
 */
struct error virtio_mmio_attach(struct virtio_mmio *mmio,
				const struct virtio_device_type *type,
				void *device, struct guest_memory *memory,
				struct bus *bus, u64 base,
				struct irq_line line);

/* Is there a buffer to take? queue: below the type's queue_count. */
bool virtio_mmio_has_buffer(struct virtio_mmio *mmio, unsigned int queue);

/* Takes the queue's next buffer. False: there is none, chain is unchanged or
 * meaningless. */
bool virtio_mmio_take(struct virtio_mmio *mmio, unsigned int queue,
		      struct virtqueue_chain *chain);

/*
 * Gives a buffer back that was taken since the type's stopped() was called for
 * the queue, and interrupts if the driver wants to know. written: as in
 * virtqueue_give().
 */
void virtio_mmio_give(struct virtio_mmio *mmio, unsigned int queue,
		      const struct virtqueue_chain *chain, u32 written);

/* The device's configuration space has changed. */
void virtio_mmio_config_changed(struct virtio_mmio *mmio);

/*
 * The driver broke a rule, or guest RAM has no backing: the device needs a
 * reset, and has no buffers until then.
 */
void virtio_mmio_break(struct virtio_mmio *mmio);
