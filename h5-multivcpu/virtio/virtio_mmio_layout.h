#pragma once
/*
 * Where a VM's virtio devices are: one page of registers and one input of the
 * I/O APIC for each slot. The ACPI table virtio_ssdt.asl says the same to the
 * guest.
 */
#define VIRTIO_MMIO_SLOTS     4u
#define VIRTIO_MMIO_FIRST     0xd0000000u
#define VIRTIO_MMIO_SIZE      0x1000u
#define VIRTIO_MMIO_FIRST_GSI 16u

/* "virt", little-endian: what a slot with a device in it begins with. */
#define VIRTIO_MMIO_MAGIC 0x74726976u

/* Of slot 0 .. VIRTIO_MMIO_SLOTS - 1. */
#define VIRTIO_MMIO_BASE(slot) (VIRTIO_MMIO_FIRST + (slot)*VIRTIO_MMIO_SIZE)
#define VIRTIO_MMIO_GSI(slot)  (VIRTIO_MMIO_FIRST_GSI + (slot))
