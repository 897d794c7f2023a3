#include "vm/guest_vm_consoles.h"
#include "virtio/virtio_mmio_layout.h"

/* What a terminal has that tells nobody its size. */
static const struct virtio_console_config size = {.cols = 80, .rows = 24};

/* VIRTIO_MMIO_SLOTS where it is none of them. */
static u32 slot_of(const struct vm_config_device *device)
{
	u32 slot = 0;

	while (slot < VIRTIO_MMIO_SLOTS &&
	       device->gpa != VIRTIO_MMIO_BASE(slot)) {
		slot++;
	}
	return slot;
}

static void transmit(void *context, u8 byte)
{
	struct guest_vm *vm = context;

	terminal_output_say(guest_vm_host()->terminal, &vm->speaker,
			    (const char *)&byte, 1);
}

static void ask(void *context)
{
	guest_vm_consoles_type(context);
}

static struct error attach(struct guest_vm *vm,
			   const struct vm_config_device *device)
{
	u32 slot = slot_of(device);
	struct error error;

	if (slot == VIRTIO_MMIO_SLOTS) {
		return failure("a virtio device has to be at the beginning of "
			       "one of the slots from 0xd0000000 on, not at",
			       device->gpa);
	}
	if (device->irq != VIRTIO_MMIO_GSI(slot)) {
		return failure("a virtio device has the interrupt of its slot, "
			       "16 for the first one, not",
			       device->irq);
	}
	if (vm->console_count == GUEST_VM_CONSOLES_MAX) {
		return failure("too many virtio consoles, more than",
			       GUEST_VM_CONSOLES_MAX);
	}
	error = virtio_console_attach(&vm->consoles[vm->console_count],
				      &vm->machine.memory, &vm->machine.mmio,
				      device->gpa,
				      vm->lines[VIRTIO_MMIO_GSI(slot)],
				      &vm->machine.clock, size, transmit, vm);
	if (!failed(error)) {
		vm->consoles[vm->console_count++].ask = ask;
	}
	return error;
}

struct error guest_vm_consoles_attach(struct guest_vm *vm)
{
	struct error error = SUCCESS;

	for (u32 i = 0; i < vm->config.device_count && !failed(error); i++) {
		if (vm->config.devices[i].kind == VM_CONFIG_VIRTIO_CONSOLE) {
			error = attach(vm, &vm->config.devices[i]);
		}
	}
	return error;
}

u8 guest_vm_consoles_slots(const struct guest_vm *vm)
{
	u8 slots = 0;

	for (u32 i = 0; i < vm->config.device_count; i++) {
		if (vm->config.devices[i].kind == VM_CONFIG_VIRTIO_CONSOLE) {
			slots |= (u8)(1u << slot_of(&vm->config.devices[i]));
		}
	}
	return slots;
}

bool guest_vm_consoles_listen(const struct guest_vm *vm)
{
	for (u32 i = 0; i < vm->console_count; i++) {
		if (virtio_console_is_open(&vm->consoles[i])) {
			return true;
		}
	}
	return false;
}

void guest_vm_consoles_type(struct guest_vm *vm)
{
	u8 byte;

	for (u32 i = 0; i < vm->console_count; i++) {
		while (virtio_console_can_receive(&vm->consoles[i]) &&
		       input_ring_take(&vm->input, &byte)) {
			(void)virtio_console_receive(&vm->consoles[i], &byte,
						     1);
		}
	}
}
