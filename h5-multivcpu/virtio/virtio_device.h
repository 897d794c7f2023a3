#pragma once
/*
 * A virtio device, by whatever registers its driver reaches it: its state, and
 * what a type of device brings along.
 *
 * A type takes buffers from the queues and gives them back by the functions
 * below. Each of its own functions must be short: the virtual machine stands
 * still meanwhile. A type that has more to do goes on by a timer.
 *
 * A driver that breaks a rule which the device depends on has it stand still
 * with DEVICE_NEEDS_RESET, until it is reset.
 *
 * "Virtual I/O Device (VIRTIO) Version 1.2", section "Basic Facilities of a
 * Virtio Device".
 */
#include "devices/irq_line.h"
#include "virtio/virtqueue.h"

#define VIRTIO_QUEUES_MAX 2u /* of one device */

/* A driver that does not know this bit is of before VIRTIO 1.0. */
#define VIRTIO_F_VERSION_1 BIT(32)

/* The interrupt status. */
#define VIRTIO_INTERRUPT_USED_BUFFER 0x1u
#define VIRTIO_INTERRUPT_CONFIG	     0x2u

/* The device status. */
#define VIRTIO_STATUS_ACKNOWLEDGE	 0x01u
#define VIRTIO_STATUS_DRIVER		 0x02u
#define VIRTIO_STATUS_DRIVER_OK		 0x04u
#define VIRTIO_STATUS_FEATURES_OK	 0x08u
#define VIRTIO_STATUS_DEVICE_NEEDS_RESET 0x40u
#define VIRTIO_STATUS_FAILED		 0x80u

/* self: what virtio_mmio_attach() was given. */
struct virtio_device_type {
	const char *name;	  /* for reports */
	u32 id;			  /* section "Device Types"; not 0 */
	u64 features;		  /* feature bits of the type alone */
	unsigned int queue_count; /* at most VIRTIO_QUEUES_MAX */

	/* The configuration space, which the driver cannot write. */
	u32 config_size; /* bytes */
	const void *(*config)(const void *self);

	/* There may be buffers in the queue. Called for nothing at times. */
	void (*notified)(void *self, unsigned int queue);

	/*
	 * The queue is not in use any more, by a reset of the device, by the
	 * driver's wish or because it broke a rule: what was taken from it must
	 * be forgotten.
	 */
	void (*stopped)(void *self, unsigned int queue);
};

struct virtio_device {
	const struct virtio_device_type *type;
	void *self;
	struct guest_memory *memory;
	struct irq_line line; /* high while interrupt_status is not 0 */

	u32 status;	      /* VIRTIO_STATUS_... */
	u32 interrupt_status; /* VIRTIO_INTERRUPT_... */
	u32 config_generation;
	u64 driver_features;
	struct virtqueue queues[VIRTIO_QUEUES_MAX];
};

/*
 * For a type of device, about its own. queue: below its queue_count.
 */

/* May buffers be taken from the queue and given back to it? */
bool virtio_device_is_live(const struct virtio_device *device,
			   unsigned int queue);

/* Is there a buffer to take? If not, the driver notifies of the next. */
bool virtio_device_has_buffer(struct virtio_device *device, unsigned int queue);

/* Takes the queue's next buffer. False: there is none, and nothing in chain. */
bool virtio_device_take(struct virtio_device *device, unsigned int queue,
			struct virtqueue_chain *chain);

/*
 * Gives a buffer back that was taken from the queue of that number since it was
 * stopped last, and interrupts if the driver wants to know. written: as in
 * virtqueue_give().
 */
void virtio_device_give(struct virtio_device *device, unsigned int number,
			const struct virtqueue_chain *chain, u32 written);

/* The configuration space has changed. */
void virtio_device_config_changed(struct virtio_device *device);

/*
 * The driver broke a rule, or guest RAM has no backing: the device needs a
 * reset, and has no buffers until then.
 */
void virtio_device_break(struct virtio_device *device);

/*
 * For registers: what the driver does. queue: any number; where there is no
 * such queue, nothing happens.
 */

/* The features that the device offers. */
u64 virtio_device_features(const struct virtio_device *device);

/*
 * The driver writes the device status: 0 resets the device, other bits are
 * added. FEATURES_OK does not stay unless the features are acceptable.
 */
void virtio_device_set_status(struct virtio_device *device, u32 status);

/* It has seen these bits of the interrupt status. */
void virtio_device_acknowledge(struct virtio_device *device, u32 bits);

/* It has made buffers available. */
void virtio_device_notify(struct virtio_device *device, u32 queue);

/* It takes a queue into use, or out of it. Already so: nothing happens. */
void virtio_device_start_queue(struct virtio_device *device, u32 queue);
void virtio_device_stop_queue(struct virtio_device *device, u32 queue);
