#include "virtio/virtio_driver.h"
#include "cpu/instructions.h"
#include "cpu/tsc.h"

/* Section "MMIO Device Register Layout". */
enum virtio_register {
	MAGIC_VALUE = 0x000,
	VERSION = 0x004,
	DEVICE_ID = 0x008,
	DRIVER_FEATURES = 0x020,
	DRIVER_FEATURES_SEL = 0x024,
	QUEUE_SEL = 0x030,
	QUEUE_NUM_MAX = 0x034,
	QUEUE_NUM = 0x038,
	QUEUE_READY = 0x044,
	QUEUE_NOTIFY = 0x050,
	STATUS = 0x070,
	QUEUE_DESC = 0x080,
	QUEUE_DRIVER = 0x090,
	QUEUE_DEVICE = 0x0a0,
};

#define MAGIC		   0x74726976u
#define VERSION_1_OR_LATER 2u

#define STATUS_ACKNOWLEDGE 0x01u
#define STATUS_DRIVER	   0x02u
#define STATUS_DRIVER_OK   0x04u
#define STATUS_FEATURES_OK 0x08u
#define STATUS_NEEDS_RESET 0x40u

#define NS_IN_MS 1000000u

static u32 read(const struct virtio_driver *driver, u32 offset)
{
	return *(volatile u32 *)phys_to_virt(driver->base + offset);
}

static void write(const struct virtio_driver *driver, u32 offset, u32 value)
{
	*(volatile u32 *)phys_to_virt(driver->base + offset) = value;
}

static void write_address(const struct virtio_driver *driver, u32 offset,
			  const void *pointer)
{
	hpa_t address = virt_to_phys(pointer);

	write(driver, offset, (u32)address);
	write(driver, offset + 4, (u32)(address >> 32));
}

/* Gives whether the device has left all bits that were set. */
static bool add_status(const struct virtio_driver *driver, u32 bits)
{
	u32 status = read(driver, STATUS) | bits;

	write(driver, STATUS, status);
	return read(driver, STATUS) == status;
}

static void write_features(const struct virtio_driver *driver, u32 word,
			   u32 bits)
{
	write(driver, DRIVER_FEATURES_SEL, word);
	write(driver, DRIVER_FEATURES, bits);
}

static struct error find(const struct virtio_driver *driver, u32 device_id)
{
	u32 magic = read(driver, MAGIC_VALUE);
	u32 version, found;

	if (magic != MAGIC) {
		return failure("no virtio device at", driver->base);
	}
	version = read(driver, VERSION);
	if (version != VERSION_1_OR_LATER) {
		return failure("a virtio device of version", version);
	}
	found = read(driver, DEVICE_ID);
	if (found != device_id) {
		return failure("a virtio device of type", found);
	}
	return SUCCESS;
}

struct error virtio_driver_begin(struct virtio_driver *driver, hpa_t base,
				 u32 device_id)
{
	struct error error;

	driver->base = base;
	error = find(driver, device_id);
	if (failed(error)) {
		return error;
	}
	write(driver, STATUS, 0);
	add_status(driver, STATUS_ACKNOWLEDGE);
	add_status(driver, STATUS_DRIVER);
	write_features(driver, 0, 0);
	write_features(driver, 1, 1); /* VIRTIO_F_VERSION_1 is bit 32 */
	if (!add_status(driver, STATUS_FEATURES_OK)) {
		return failure("the virtio device wants more, status",
			       read(driver, STATUS));
	}
	return SUCCESS;
}

struct error virtio_driver_add_queue(const struct virtio_driver *driver,
				     u32 number, struct virtio_ring *ring)
{
	write(driver, QUEUE_SEL, number);
	if (read(driver, QUEUE_NUM_MAX) < VIRTIO_RING_SIZE) {
		return failure("the virtio device has no room in queue",
			       number);
	}
	write(driver, QUEUE_NUM, VIRTIO_RING_SIZE);
	write_address(driver, QUEUE_DESC, ring->descriptors);
	write_address(driver, QUEUE_DRIVER, &ring->available);
	write_address(driver, QUEUE_DEVICE, &ring->used);
	write(driver, QUEUE_READY, 1);
	if (read(driver, QUEUE_READY) != 1) {
		return failure("the virtio device does not take queue", number);
	}
	return SUCCESS;
}

struct error virtio_driver_go(const struct virtio_driver *driver)
{
	if (!add_status(driver, STATUS_DRIVER_OK)) {
		return failure("the virtio device has failed, status",
			       read(driver, STATUS));
	}
	return SUCCESS;
}

void virtio_driver_notify(const struct virtio_driver *driver, u32 queue)
{
	write(driver, QUEUE_NOTIFY, queue);
}

/* A device that has failed will never be done: the status is looked at, too. */
bool virtio_driver_wait(const struct virtio_driver *driver,
			const struct virtio_ring *ring, u32 milliseconds)
{
	u64 end = rdtsc() + tsc_from_ns((u64)milliseconds * NS_IN_MS);

	while (!virtio_ring_is_used(ring)) {
		if (rdtsc() >= end ||
		    (read(driver, STATUS) & STATUS_NEEDS_RESET) != 0) {
			return virtio_ring_is_used(ring);
		}
		cpu_pause();
	}
	return true;
}

void virtio_driver_end(const struct virtio_driver *driver)
{
	write(driver, STATUS, 0);
}
