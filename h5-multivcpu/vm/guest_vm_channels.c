#include "vm/guest_vm_channels.h"
#include "channel/channel.h"
#include "cpu/instructions.h"
#include "vm/guest_vm_lines.h"

/* The device of the description that says where channels go; NULL: none. */
static const struct vm_config_device *device_of(const struct vm_config *config)
{
	for (u32 i = 0; i < config->device_count; i++) {
		if (config->devices[i].kind == VM_CONFIG_IVC_CHANNEL) {
			return &config->devices[i];
		}
	}
	return NULL;
}

static struct error check(const struct channel_window *window)
{
	unsigned int bits = cpuid(CPUID_ADDRESS_SIZES, 0).eax & 0xff;

	return window->end <= BIT(min_u64(bits, EPT_GPA_BITS))
		       ? SUCCESS
		       : failure("addresses for channels end beyond what the "
				 "CPU can address, at",
				 window->end);
}

struct error guest_vm_channels_join(struct guest_vm *vm, const char **culprit)
{
	const struct vm_config_device *device = device_of(&vm->config);
	struct channel_window window = {CHANNEL_WINDOW, CHANNEL_WINDOW_END};
	u32 lines = guest_vm_lines_free(vm);
	struct error error;

	(void)culprit;
	if (device != NULL) {
		window.start = device->gpa;
		window.end = device->gpa + device->length;
	}
	if (device != NULL && device->irq != VM_CONFIG_NO_IRQ) {
		lines = (u32)BIT(device->irq);
	}
	error = check(&window);
	if (failed(error)) {
		return error;
	}
	return channel_join(guest_vm_host()->channels, vm->id,
			    &vm->machine.memory, &window, lines)
		       ? SUCCESS
		       : failure("too many virtual machines take part in "
				 "channels; another is",
				 vm->id);
}

void guest_vm_channels_leave(struct guest_vm *vm)
{
	channel_leave(guest_vm_host()->channels, vm->id);
}
