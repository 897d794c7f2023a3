#pragma once
/*
 * The registers of a virtio device, as a driver uses them.
 */
#include "virtio/virtio_mmio_registers.h"
#include "virtio_fixture.h"

#define BASE 0xd0001000ull

#define ACKNOWLEDGE 0x01
#define DRIVER	    0x02
#define DRIVER_OK   0x04
#define FEATURES_OK 0x08
#define NEEDS_RESET 0x40
#define FAILED	    0x80

static inline u32 get_register(u64 offset)
{
	return (u32)in(BASE + offset, 4);
}

static inline void set_register(u64 offset, u32 value)
{
	bus_write(&ports, BASE + offset, 4, value);
}

static inline u64 device_features(void)
{
	u64 features;

	set_register(VIRTIO_DEVICE_FEATURES_SEL, 1);
	features = (u64)get_register(VIRTIO_DEVICE_FEATURES) << 32;
	set_register(VIRTIO_DEVICE_FEATURES_SEL, 0);
	return features | get_register(VIRTIO_DEVICE_FEATURES);
}

/* Are the features accepted? */
static inline bool negotiate(u64 features)
{
	set_register(VIRTIO_STATUS, 0);
	set_register(VIRTIO_STATUS, ACKNOWLEDGE);
	set_register(VIRTIO_STATUS, ACKNOWLEDGE | DRIVER);
	set_register(VIRTIO_DRIVER_FEATURES_SEL, 0);
	set_register(VIRTIO_DRIVER_FEATURES, (u32)features);
	set_register(VIRTIO_DRIVER_FEATURES_SEL, 1);
	set_register(VIRTIO_DRIVER_FEATURES, (u32)(features >> 32));
	set_register(VIRTIO_STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
	return (get_register(VIRTIO_STATUS) & FEATURES_OK) != 0;
}

static inline void set_address(u64 low, gpa_t address)
{
	set_register(low, (u32)address);
	set_register(low + 4, (u32)(address >> 32));
}

static inline bool set_queue(u32 number, const struct ring *ring)
{
	set_register(VIRTIO_QUEUE_SEL, number);
	set_register(VIRTIO_QUEUE_NUM, ring->size);
	set_address(VIRTIO_QUEUE_DESC_LOW, ring->descriptors);
	set_address(VIRTIO_QUEUE_DRIVER_LOW, ring->available);
	set_address(VIRTIO_QUEUE_DEVICE_LOW, ring->used);
	set_register(VIRTIO_QUEUE_READY, 1);
	return get_register(VIRTIO_QUEUE_READY) == 1;
}

static inline void set_driver_ok(void)
{
	set_register(VIRTIO_STATUS, get_register(VIRTIO_STATUS) | DRIVER_OK);
}
