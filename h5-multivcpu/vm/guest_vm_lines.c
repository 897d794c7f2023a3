#include "vm/guest_vm_lines.h"
#include "devices/machine_layout.h"
#include "virtio/virtio_mmio_layout.h"
#include "vm/guest_vm_consoles.h"

#define PIT_IO_APIC_PIN 2u

/* Of the devices that every machine has: the PIT is on two. */
#define PC_LINES                                                               \
	(BIT(MACHINE_IRQ_PIT) | BIT(PIT_IO_APIC_PIN) | BIT(MACHINE_IRQ_COM1) | \
	 BIT(MACHINE_IRQ_RTC) | BIT(MACHINE_IRQ_SCI))

/* Interrupts of the PC/AT have the pins of their numbers, but for the PIT. */
static void wire_io_apic(struct guest_vm *vm)
{
	struct machine *machine = &vm->machine;

	for (unsigned int i = 0; i < GUEST_VM_LINES; i++) {
		vm->lines[i] = i < PIC8259_INPUTS
				       ? machine_isa_line(machine, i)
				       : io_apic_line(&vm->io_apic, i);
	}
	for (unsigned int i = 0; i < PIC8259_INPUTS; i++) {
		if (i != PIT_IO_APIC_PIN) {
			machine->isa_also[i] = io_apic_line(
				&vm->io_apic,
				i == MACHINE_IRQ_PIT ? PIT_IO_APIC_PIN : i);
		}
	}
}

static void cut_off(struct guest_vm *vm)
{
	static const struct irq_line nowhere;

	for (unsigned int i = 0; i < GUEST_VM_LINES; i++) {
		vm->lines[i] = nowhere;
	}
	for (unsigned int i = 0; i < PIC8259_INPUTS; i++) {
		vm->machine.isa[i] = nowhere;
		vm->machine.isa_also[i] = nowhere;
	}
}

void guest_vm_lines_wire(struct guest_vm *vm)
{
	if (vm->config.interrupts == VM_CONFIG_INTERRUPTS_NONE) {
		cut_off(vm);
	} else {
		wire_io_apic(vm);
	}
}

static u32 lines_of_consoles(const struct guest_vm *vm)
{
	u8 slots = guest_vm_consoles_slots(vm);
	u32 lines = 0;

	for (u32 slot = 0; slot < VIRTIO_MMIO_SLOTS; slot++) {
		if ((slots & BIT(slot)) != 0) {
			lines |= (u32)BIT(VIRTIO_MMIO_GSI(slot));
		}
	}
	return lines;
}

static u32 passed_lines(const struct vm_config *config)
{
	u32 lines = 0;

	for (u32 i = 0; i < config->pass_count; i++) {
		lines |= (u32)BIT(config->passes[i].irq);
	}
	for (u32 i = 0; i < config->ports_count; i++) {
		lines |= (u32)BIT(config->ports[i].irq);
	}
	return lines;
}

u32 guest_vm_lines_free(const struct guest_vm *vm)
{
	return ((u32)BIT(GUEST_VM_LINES) - 1) &
	       ~((u32)PC_LINES | lines_of_consoles(vm) |
		 passed_lines(&vm->config));
}

struct error guest_vm_lines_pulse(struct guest_vm *vm, u64 line)
{
	if (line >= GUEST_VM_LINES) {
		return failure("an interrupt line is a number below 24, not",
			       line);
	}
	if (((PC_LINES | lines_of_consoles(vm)) & BIT(line)) != 0) {
		return failure("a device of the machine's own has the "
			       "interrupt line",
			       line);
	}
	if (vm->config.interrupts == VM_CONFIG_INTERRUPTS_NONE) {
		return failure("its interrupt_mode is none; there is no line",
			       line);
	}
	if (!vm->built) {
		return failure("nothing is loaded into the virtual machine, id",
			       vm->id);
	}
	guest_vm_pulse(vm, (unsigned int)line);
	return SUCCESS;
}
