#include "virtio/virtio_device.h"
#include "lib/string.h"

#define DRIVER_BITS                                            \
	(VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER |    \
	 VIRTIO_STATUS_DRIVER_OK | VIRTIO_STATUS_FEATURES_OK | \
	 VIRTIO_STATUS_FAILED)

static bool has_status(const struct virtio_device *device, u32 bit)
{
	return (device->status & bit) != 0;
}

static void set_interrupt(struct virtio_device *device, u32 status)
{
	device->interrupt_status = status;
	irq_line_set(&device->line, status != 0);
}

/* Before DRIVER_OK, a driver is told nothing. */
void virtio_device_config_changed(struct virtio_device *device)
{
	device->config_generation++;
	if (has_status(device, VIRTIO_STATUS_DRIVER_OK)) {
		set_interrupt(device, device->interrupt_status |
					      VIRTIO_INTERRUPT_CONFIG);
	}
}

void virtio_device_stop_queue(struct virtio_device *device, u32 queue)
{
	if (queue < device->type->queue_count && device->queues[queue].ready) {
		device->queues[queue].ready = false;
		device->type->stopped(device->self, queue);
	}
}

static void stop_queues(struct virtio_device *device)
{
	for (unsigned int i = 0; i < device->type->queue_count; i++) {
		virtio_device_stop_queue(device, i);
	}
}

void virtio_device_break(struct virtio_device *device)
{
	if (!has_status(device, VIRTIO_STATUS_DEVICE_NEEDS_RESET)) {
		device->status |= VIRTIO_STATUS_DEVICE_NEEDS_RESET;
		stop_queues(device);
		virtio_device_config_changed(device);
	}
}

bool virtio_device_is_live(const struct virtio_device *device,
			   unsigned int queue)
{
	const u32 states = VIRTIO_STATUS_DRIVER_OK |
			   VIRTIO_STATUS_DEVICE_NEEDS_RESET |
			   VIRTIO_STATUS_FAILED;

	return (device->status & states) == VIRTIO_STATUS_DRIVER_OK &&
	       device->queues[queue].ready;
}

static bool has_one(struct virtio_device *device, enum virtqueue_result result)
{
	if (result == VIRTQUEUE_BROKEN) {
		virtio_device_break(device);
	}
	return result == VIRTQUEUE_BUFFER;
}

bool virtio_device_has_buffer(struct virtio_device *device, unsigned int queue)
{
	return virtio_device_is_live(device, queue) &&
	       has_one(device, virtqueue_look(&device->queues[queue]));
}

bool virtio_device_take(struct virtio_device *device, unsigned int queue,
			struct virtqueue_chain *chain)
{
	bool taken =
		virtio_device_is_live(device, queue) &&
		has_one(device, virtqueue_take(&device->queues[queue], chain));

	if (!taken) {
		chain->part_count = 0;
	}
	return taken;
}

void virtio_device_give(struct virtio_device *device, unsigned int number,
			const struct virtqueue_chain *chain, u32 written)
{
	struct virtqueue *queue = &device->queues[number];

	if (!virtio_device_is_live(device, number)) {
		return;
	}
	if (!virtqueue_give(queue, chain, written)) {
		virtio_device_break(device);
	} else if (virtqueue_must_interrupt(queue)) {
		set_interrupt(device, device->interrupt_status |
					      VIRTIO_INTERRUPT_USED_BUFFER);
	}
}

u64 virtio_device_features(const struct virtio_device *device)
{
	return device->type->features | VIRTIO_F_VERSION_1 |
	       VIRTIO_F_INDIRECT_DESC | VIRTIO_F_EVENT_IDX;
}

void virtio_device_acknowledge(struct virtio_device *device, u32 bits)
{
	set_interrupt(device, device->interrupt_status & ~bits);
}

void virtio_device_notify(struct virtio_device *device, u32 queue)
{
	if (queue < device->type->queue_count &&
	    virtio_device_is_live(device, queue)) {
		device->type->notified(device->self, queue);
	}
}

void virtio_device_start_queue(struct virtio_device *device, u32 queue)
{
	if (queue >= device->type->queue_count || device->queues[queue].ready) {
		return;
	}
	if (!has_status(device, VIRTIO_STATUS_FEATURES_OK) ||
	    !virtqueue_start(&device->queues[queue], device->memory,
			     device->driver_features)) {
		virtio_device_break(device);
	}
}

static void reset(struct virtio_device *device)
{
	stop_queues(device);
	memset(device->queues, 0, sizeof(device->queues));
	device->status = 0;
	device->driver_features = 0;
	set_interrupt(device, 0);
}

static bool accepts_features(const struct virtio_device *device)
{
	u64 wanted = device->driver_features;

	return (wanted & ~virtio_device_features(device)) == 0 &&
	       (wanted & VIRTIO_F_VERSION_1) != 0;
}

/* Buffers may have been made available before. */
static void go_live(struct virtio_device *device)
{
	if (!has_status(device, VIRTIO_STATUS_FEATURES_OK)) {
		virtio_device_break(device);
	}
	for (unsigned int i = 0; i < device->type->queue_count; i++) {
		virtio_device_notify(device, i);
	}
}

void virtio_device_set_status(struct virtio_device *device, u32 status)
{
	u32 added = status & DRIVER_BITS & ~device->status;

	if (status == 0) {
		reset(device);
		return;
	}
	if ((added & VIRTIO_STATUS_FEATURES_OK) != 0 &&
	    !accepts_features(device)) {
		added &= ~VIRTIO_STATUS_FEATURES_OK;
	}
	device->status |= added;
	if ((added & VIRTIO_STATUS_FAILED) != 0) {
		stop_queues(device);
	} else if ((added & VIRTIO_STATUS_DRIVER_OK) != 0) {
		go_live(device);
	}
}
