/*
 * The guest's virtio devices among the memory addresses, a slot each. Which of
 * them are present is said by the bits of VIOM: virtio_ssdt.c writes them into
 * each VM's copy, and finds them by the name's being the first thing here.
 *
 * A slot's _STA does not look at the device itself: for the sake of such a look
 * Linux maps the registers with caching, and then its driver cannot map them
 * without.
 *
 * "ACPI Specification", chapter "ACPI Source Language (ASL) Reference". The
 * device's name, LNRO0005, is what Linux's driver looks for.
 */
#include "virtio/virtio_mmio_layout.h"

#define ALL_SLOTS   0x0f
#define STA_PRESENT 0x0f

/* iasl takes no expression in a resource: base and GSI are plain numbers. */
#define SLOT(NAME, NUMBER, BASE, GSI)                                         \
	Device (NAME)                                                         \
	{                                                                     \
		Name (_HID, "LNRO0005")                                       \
		Name (_UID, NUMBER)                                           \
		Name (_CCA, 1)                                                \
		Name (_CRS, ResourceTemplate ()                               \
		{                                                             \
			Memory32Fixed (ReadWrite, BASE, VIRTIO_MMIO_SIZE)     \
			Interrupt (ResourceConsumer, Level, ActiveHigh,       \
				   Exclusive) {GSI}                           \
		})                                                            \
		Method (_STA)                                                 \
		{                                                             \
			If (\VIOM & (1 << NUMBER))                            \
			{                                                     \
				Return (STA_PRESENT)                          \
			}                                                     \
			Return (0)                                            \
		}                                                             \
	}

DefinitionBlock ("", "SSDT", 2, "TOUR", "VIRTIO", 1)
{
	Name (\VIOM, ALL_SLOTS)
	Scope (\_SB)
	{
		SLOT (VIO0, 0, 0xd0000000, 16)
		SLOT (VIO1, 1, 0xd0001000, 17)
		SLOT (VIO2, 2, 0xd0002000, 18)
		SLOT (VIO3, 3, 0xd0003000, 19)
	}
}
