#pragma once
/*
 * The table by which a guest finds its virtio devices, compiled from
 * virtio_ssdt.asl.
 */
#include "acpi/guest_acpi.h"

#define VIRTIO_SSDT_SIZE_MAX 512u

/*
 * Makes the table of a VM that has devices in these slots: bit n is slot n,
 * below VIRTIO_MMIO_SLOTS. The table is in bytes, which stays the caller's, and
 * is to be one of a struct guest_acpi_machine's.
 */
struct guest_acpi_table virtio_ssdt_make(u8 bytes[VIRTIO_SSDT_SIZE_MAX],
					 u8 slots);
