#pragma once
/*
 * The registers of a virtio device among the memory addresses of a VM.
 *
 * A register is accessed as a whole, 32 bits that lie where they should; any
 * other access reads as 0 and writes nothing. What cannot be written at the
 * moment stays as it is. The configuration space has accesses of every size.
 *
 * "Virtual I/O Device (VIRTIO) Version 1.2", section "Virtio Over MMIO".
 */
#include "devices/bus.h"
#include "virtio/virtio_device.h"

struct virtio_mmio {
	struct virtio_device device;
	u32 device_features_sel;
	u32 driver_features_sel;
	u32 queue_sel;
};

/*
 * Puts a device on the bus of guest-physical addresses, at base up to base +
 * VIRTIO_MMIO_SIZE - 1, as after a reset. line: level-triggered, active high.
 * The type's functions get self. memory, type and self stay the caller's.
 * Errors: bus_add().
 */
struct error virtio_mmio_attach(struct virtio_mmio *mmio,
				const struct virtio_device_type *type,
				void *self, struct guest_memory *memory,
				struct bus *bus, u64 base,
				struct irq_line line);
