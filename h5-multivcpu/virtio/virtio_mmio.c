#include "virtio/virtio_mmio.h"
#include "virtio/virtio_mmio_registers.h"

#define NO_SHARED_MEMORY 0xffffffffu

/* Word 0 or 1 of 64 bits; there are no others. */
static u32 get_word(u64 bits, u32 word)
{
	return word < 2 ? (u32)(bits >> (32 * word)) : 0;
}

static void set_word(u64 *bits, u32 word, u32 value)
{
	if (word < 2) {
		*bits &= ~((u64)UINT32_MAX << (32 * word));
		*bits |= (u64)value << (32 * word);
	}
}

/* NULL: no such queue. */
static struct virtqueue *selected(struct virtio_mmio *mmio)
{
	return mmio->queue_sel < mmio->device.type->queue_count
		       ? &mmio->device.queues[mmio->queue_sel]
		       : NULL;
}

static u32 read_register(struct virtio_mmio *mmio, u64 offset)
{
	const struct virtio_device *device = &mmio->device;
	const struct virtqueue *queue = selected(mmio);

	switch (offset) {
	case VIRTIO_MAGIC_VALUE:
		return VIRTIO_MMIO_MAGIC;
	case VIRTIO_VERSION:
		return VIRTIO_MMIO_VERSION;
	case VIRTIO_DEVICE_ID:
		return device->type->id;
	case VIRTIO_VENDOR_ID:
		return VIRTIO_MMIO_VENDOR_ID;
	case VIRTIO_DEVICE_FEATURES:
		return get_word(virtio_device_features(device),
				mmio->device_features_sel);
	case VIRTIO_QUEUE_NUM_MAX:
		return queue == NULL ? 0 : VIRTQUEUE_SIZE_MAX;
	case VIRTIO_QUEUE_READY:
		return queue != NULL && queue->ready ? 1 : 0;
	case VIRTIO_INTERRUPT_STATUS:
		return device->interrupt_status;
	case VIRTIO_STATUS:
		return device->status;
	case VIRTIO_SHM_LEN_LOW:
	case VIRTIO_SHM_LEN_HIGH:
	case VIRTIO_SHM_BASE_LOW:
	case VIRTIO_SHM_BASE_HIGH:
		return NO_SHARED_MEMORY;
	case VIRTIO_CONFIG_GENERATION:
		return device->config_generation;
	default: /* those that are only written, and those that are none */
		return 0;
	}
}

/* Where and how large a queue is, which is said before it is ready. */
static void write_queue(struct virtqueue *queue, u64 offset, u32 value)
{
	switch (offset) {
	case VIRTIO_QUEUE_NUM:
		queue->size = value;
		break;
	case VIRTIO_QUEUE_DESC_LOW:
	case VIRTIO_QUEUE_DESC_HIGH:
		set_word(&queue->descriptors, offset / 4 % 2, value);
		break;
	case VIRTIO_QUEUE_DRIVER_LOW:
	case VIRTIO_QUEUE_DRIVER_HIGH:
		set_word(&queue->available, offset / 4 % 2, value);
		break;
	case VIRTIO_QUEUE_DEVICE_LOW:
	case VIRTIO_QUEUE_DEVICE_HIGH:
		set_word(&queue->used, offset / 4 % 2, value);
		break;
	default: /* registers that are only read, and those that are none */
		break;
	}
}

static void write_status(struct virtio_mmio *mmio, u32 value)
{
	if (value == 0) {
		mmio->device_features_sel = 0;
		mmio->driver_features_sel = 0;
		mmio->queue_sel = 0;
	}
	virtio_device_set_status(&mmio->device, value);
}

static void write_features(struct virtio_mmio *mmio, u32 value)
{
	if ((mmio->device.status & VIRTIO_STATUS_FEATURES_OK) == 0) {
		set_word(&mmio->device.driver_features,
			 mmio->driver_features_sel, value);
	}
}

static void write_ready(struct virtio_mmio *mmio, u32 value)
{
	if (value == 0) {
		virtio_device_stop_queue(&mmio->device, mmio->queue_sel);
	} else {
		virtio_device_start_queue(&mmio->device, mmio->queue_sel);
	}
}

static void write_register(struct virtio_mmio *mmio, u64 offset, u32 value)
{
	struct virtqueue *queue = selected(mmio);

	switch (offset) {
	case VIRTIO_DEVICE_FEATURES_SEL:
		mmio->device_features_sel = value;
		break;
	case VIRTIO_DRIVER_FEATURES_SEL:
		mmio->driver_features_sel = value;
		break;
	case VIRTIO_DRIVER_FEATURES:
		write_features(mmio, value);
		break;
	case VIRTIO_QUEUE_SEL:
		mmio->queue_sel = value;
		break;
	case VIRTIO_QUEUE_READY:
		write_ready(mmio, value);
		break;
	case VIRTIO_QUEUE_NOTIFY:
		virtio_device_notify(&mmio->device, value);
		break;
	case VIRTIO_INTERRUPT_ACK:
		virtio_device_acknowledge(&mmio->device, value);
		break;
	case VIRTIO_STATUS:
		write_status(mmio, value);
		break;
	default:
		if (queue != NULL && !queue->ready) {
			write_queue(queue, offset, value);
		}
		break;
	}
}

static bool is_whole(u64 offset, unsigned int size)
{
	return size == 4 && IS_ALIGNED(offset, 4);
}

static u64 read_config(const struct virtio_device *device, u64 offset,
		       unsigned int size)
{
	const u8 *config = device->type->config(device->self);
	u64 value = 0;

	for (unsigned int i = 0; i < size; i++) {
		if (offset + i < device->type->config_size) {
			value |= (u64)config[offset + i] << (8 * i);
		}
	}
	return value;
}

static bool read(void *device, u64 offset, unsigned int size, u64 *value)
{
	struct virtio_mmio *mmio = device;

	*value = 0;
	if (offset >= VIRTIO_CONFIG) {
		*value = read_config(&mmio->device, offset - VIRTIO_CONFIG,
				     size);
	} else if (is_whole(offset, size)) {
		*value = read_register(mmio, offset);
	}
	return true;
}

static bool write(void *device, u64 offset, unsigned int size, u64 value)
{
	if (offset < VIRTIO_CONFIG && is_whole(offset, size)) {
		write_register(device, offset, (u32)value);
	}
	return true;
}

static const struct bus_ops ops = {read, write, 4};

struct error virtio_mmio_attach(struct virtio_mmio *mmio,
				const struct virtio_device_type *type,
				void *self, struct guest_memory *memory,
				struct bus *bus, u64 base, struct irq_line line)
{
	*mmio = (struct virtio_mmio){
		.device = {.type = type,
			   .self = self,
			   .memory = memory,
			   .line = line},
	};
	return bus_add(bus,
		       (struct bus_range){base, base + (VIRTIO_MMIO_SIZE - 1),
					  &ops, mmio, type->name});
}
