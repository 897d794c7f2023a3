#include "vm/guest_vm_channels.h"
#include "channel/channel.h"
#include "devices/machine_layout.h"
#include "virtio/virtio_mmio_layout.h"

/* Of the devices that every machine has: the PIT is on two. */
#define DEVICE_LINES                                             \
	(BIT(MACHINE_IRQ_PIT) | BIT(2) | BIT(MACHINE_IRQ_COM1) | \
	 BIT(MACHINE_IRQ_RTC) | BIT(MACHINE_IRQ_SCI))

struct error guest_vm_channels_join(struct guest_vm *vm, const char **culprit)
{
	u64 lines = (BIT(GUEST_VM_LINES) - 1) & ~DEVICE_LINES;

	(void)culprit;
	for (u32 slot = 0; slot < vm->console_count; slot++) {
		lines &= ~BIT(VIRTIO_MMIO_GSI(slot));
	}
	return channel_join(guest_vm_host()->channels, vm->id,
			    &vm->machine.memory, (u32)lines)
		       ? SUCCESS
		       : failure("too many virtual machines take part in "
				 "channels; another is",
				 vm->id);
}

void guest_vm_channels_leave(struct guest_vm *vm)
{
	channel_leave(guest_vm_host()->channels, vm->id);
}
